package io.winnow.stage.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.testing.TestProcess;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExitWhenDeadTest {
  private final HealthReport.HealthReportBuilder report = HealthReport.builder();

  private final IncomingChannels channels =
      new IncomingChannels() {
        @Override
        public Set<String> names() {
          return Set.of("run-requested", "run-cancel");
        }

        @Override
        public List<String> ended() {
          return KafkaChannels.ended(report.build(), names());
        }

        @Override
        public boolean lacksPartition(String channel) {
          return false;
        }

        @Override
        public void rebalance(String channel) {}
      };

  @Test
  void aProcessWhoseChannelsLiveGoesOn() {
    report.add("run-requested", true).add("run-cancel", true);
    // an outage of Kafka shows here, and passes
    report.add("events-out", false, "timeout");
    JobRegistry jobs = jobs("10m");
    jobs.begin("lively", "train", null);
    assertThat(exit(jobs, "10m").cause()).isEmpty();
  }

  @Test
  void anIncomingChannelThatHasEndedIsACause() {
    report.add("run-requested", false, "Timeout of 60000ms expired").add("run-cancel", true);
    assertThat(exit(jobs("10m"), "10m").cause())
        .contains(
            new ExitWhenDead.Cause(
                "channel run-requested has ended: Timeout of 60000ms expired", false));
  }

  @Test
  void aBrokenProcessIsACause() {
    JobRegistry jobs = jobs("10m");
    jobs.broken("a thread has died");
    assertThat(exit(jobs, "10m").cause())
        .hasValueSatisfying(
            why -> {
              assertThat(why.line()).contains("thread has died");
              assertThat(why.hung()).isFalse();
            });
  }

  @Test
  void aSilentJobIsACause() throws InterruptedException {
    JobRegistry jobs = jobs("1ms");
    jobs.begin("mute", "train", null);
    Thread.sleep(5);
    assertThat(exit(jobs, "1ms").cause())
        .hasValueSatisfying(
            why -> {
              assertThat(why.line()).contains("mute.train");
              assertThat(why.hung()).isTrue();
            });
  }

  private ExitWhenDead exit(JobRegistry jobs, String timeout) {
    StageSettings settings = settings(timeout);
    return new ExitWhenDead(new JobsAlive(jobs, settings), channels, settings);
  }

  private static JobRegistry jobs(String timeout) {
    return new JobRegistry(settings(timeout), new SimpleMeterRegistry());
  }

  private static StageSettings settings(String timeout) {
    return TestProcess.settings(Map.of("winnow.stage.heartbeat-timeout", timeout))
        .getConfigMapping(StageSettings.class);
  }
}
