package io.winnow.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChaosReportTest {
  @Test
  void recoveryTimesAreSummarisedByFault() {
    // given three kills of two replicas and an outage
    ChaosReport report =
        report(
            List.of(
                new FaultRecord(Fault.KILL, "trainer-service", Duration.ofMillis(9_000)),
                new FaultRecord(Fault.KILL, "encoder-service", Duration.ofMillis(1_250)),
                new FaultRecord(Fault.STORE_OUTAGE, null, Duration.ofMillis(4_000)),
                new FaultRecord(Fault.KILL, "trainer-service", Duration.ofMillis(3_000))),
            List.of());

    // when
    List<List<String>> table = report.table();

    // then each fault has count, median and maximum, in the order of the enum, and all faults last
    assertThat(table)
        .containsExactly(
            List.of(Fault.KILL.description(), "3", "3.0", "9.0"),
            List.of(Fault.STORE_OUTAGE.description(), "1", "4.0", "4.0"),
            List.of("all", "4", "4.0", "9.0"));
    assertThat(report.kills()).containsExactly("encoder-service 1", "trainer-service 2");
    assertThat(report.passed()).isTrue();
  }

  @Test
  void aDanglingEventIsAFailure() {
    assertThat(report(List.of(), List.of("run 1: models.v1 refers to models/0")).passed())
        .isFalse();
    assertThat(report(List.of(), List.of()).table()).isEmpty();
  }

  @Test
  void aTrialThatIsNotPassedIsAFailure() {
    // given
    TrialResult good = new TrialResult("full disk", "the system stopped", List.of(), 60);
    TrialResult bad = new TrialResult("script that never ends", "died", List.of("no end", "x"), 60);

    // then
    assertThat(good.verdict()).isEqualTo("passed");
    assertThat(bad.verdict()).isEqualTo("FAILED: no end; x");
    assertThat(report(List.of(good)).passed()).isTrue();
    assertThat(report(List.of(good, bad)).passed()).isFalse();
  }

  private static ChaosReport report(List<TrialResult> trials) {
    return new ChaosReport(
        1, 1, List.of(), List.of(), List.of(), List.of(), List.of(), 0, List.of(), trials);
  }

  private static ChaosReport report(List<FaultRecord> faults, List<String> danglingEvents) {
    return new ChaosReport(
        1, 1, List.of(), faults, List.of(), List.of(), danglingEvents, 0, List.of(), List.of());
  }
}
