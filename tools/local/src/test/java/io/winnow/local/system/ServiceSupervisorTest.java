package io.winnow.local.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With processes and time that exist only here: no test waits. */
class ServiceSupervisorTest {
  private static final Duration READINESS = Duration.ofMinutes(2);

  private final List<String> notices = new ArrayList<>();
  private final FakeChildren children = new FakeChildren();
  private SystemOptions options;
  private ServiceSupervisor supervisor;

  @BeforeEach
  void supervise() {
    options =
        SystemOptions.of(new Home(Path.of("home")), Path.of("root"), notices::add)
            .withConsole(List.of());
    supervisor = new ServiceSupervisor(options, children, children, children);
  }

  private void watchFor(Duration duration) {
    for (long second = 0; second < duration.toSeconds(); second += 5) {
      children.sleep(Duration.ofSeconds(5));
      supervisor.watch();
    }
  }

  @Test
  void aServiceThatDiesNowAndThenIsRestartedForEver() throws Exception {
    // given
    supervisor.startAll();

    // when it dies every three minutes for ten hours
    for (int death = 0; death < 200; death++) {
      watchFor(Duration.ofMinutes(3));
      children.of(Service.TRAINER).exit(137);
    }

    // then it runs, and each restart was said in one line
    assertThat(children.of(Service.TRAINER).isAlive()).isTrue();
    assertThat(children.launches(Service.TRAINER)).isEqualTo(201);
    assertThat(notices)
        .hasSize(200)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("trainer-service stopped with exit code 137; restarting it (")
                    .endsWith(" of at most 5 in 10 minutes)"));
    assertThat(supervisor.failure()).isEmpty();
  }

  @Test
  void aServiceThatDiesAtOnceRestsWhileTheOthersGoOn() throws Exception {
    // given
    supervisor.startAll();

    // when it dies as soon as it is started
    for (int death = 0; death < 6; death++) {
      children.of(Service.TRAINER).exit(137);
    }

    // then after five restarts it is named and rests, and the others run
    assertThat(children.launches(Service.TRAINER)).isEqualTo(6);
    assertThat(notices).hasSize(6);
    assertThat(notices.get(5))
        .startsWith("trainer-service stopped with exit code 137 after 5 restarts")
        .contains("trainer-service.log", "in 10 minutes", "runs that need it wait");
    assertThat(supervisor.failure()).isEmpty();
    assertThat(children.of(Service.ENCODER).isAlive()).isTrue();

    // and after ten minutes it is started again, and may be restarted as before
    watchFor(Duration.ofMinutes(9));
    assertThat(children.launches(Service.TRAINER)).isEqualTo(6);
    watchFor(Duration.ofMinutes(2));
    assertThat(children.of(Service.TRAINER).isAlive()).isTrue();
    assertThat(notices.get(6)).isEqualTo("starting trainer-service again");
    children.of(Service.TRAINER).exit(1);
    assertThat(children.of(Service.TRAINER).isAlive()).isTrue();
  }

  @Test
  void theSystemFailsOnceNoServiceIsLeft() throws Exception {
    // given
    supervisor.startAll();

    // when all services but one die too often, then the system has not failed
    for (Service service : List.of(Service.ENCODER, Service.SELECTOR, Service.REWEIGHT)) {
      for (int death = 0; death < 6; death++) {
        children.of(service).exit(1);
      }
    }
    assertThat(supervisor.failure()).isEmpty();

    // when the last one does, then it has
    for (int death = 0; death < 6; death++) {
      children.of(Service.TRAINER).exit(1);
    }
    assertThat(supervisor.failure().orElseThrow())
        .startsWith("no service is running")
        .contains("trainer-service stopped with exit code 1");
  }

  @Test
  void withoutRestartsTheFirstExitEndsTheSystem() throws Exception {
    // given
    supervisor = new ServiceSupervisor(options.withRestarts(0), children, children, children);
    supervisor.startAll();

    // when the console exits, then the system goes on
    children.of(Service.CONSOLE).exit(3);
    assertThat(supervisor.failure()).isEmpty();

    // when a worker does, then it does not
    children.of(Service.SELECTOR).exit(3);
    assertThat(supervisor.failure().orElseThrow())
        .contains("selector-service stopped with exit code 3");
  }

  @Test
  void aServiceThatDiesBeforeTheOthersAreReadyIsStartedAgain() throws Exception {
    // given a trainer that needs half a minute, and an encoder that is ready at once
    children.onLaunch(
        process -> {
          if (process.replica().service() == Service.TRAINER) {
            children.after(Duration.ofSeconds(30), () -> process.ready = true);
          } else {
            process.ready = true;
          }
        });
    // and dies in between
    children.after(Duration.ofSeconds(10), () -> children.of(Service.ENCODER).exit(137));

    // when
    supervisor.startAll();

    // then
    assertThat(children.of(Service.ENCODER).isAlive()).isTrue();
    assertThat(children.of(Service.ENCODER).ready).isTrue();
    assertThat(notices)
        .containsExactly(
            "encoder-service stopped with exit code 137; restarting it (1 of at most 5 in 10 minutes)");
  }

  @Test
  void theStartWaitsUntilARestartedServiceIsReadyAgain() throws Exception {
    // given an encoder that dies once while the trainer starts, and whose second start takes longer
    children.onLaunch(
        process -> {
          boolean second =
              process.replica().service() == Service.ENCODER
                  && children.launches(Service.ENCODER) == 2;
          boolean trainer = process.replica().service() == Service.TRAINER;
          children.after(
              Duration.ofSeconds(second ? 60 : trainer ? 20 : 1), () -> process.ready = true);
        });
    children.after(Duration.ofSeconds(10), () -> children.of(Service.ENCODER).exit(1));

    // when
    supervisor.startAll();

    // then
    assertThat(children.nanos()).isGreaterThanOrEqualTo(Duration.ofSeconds(70).toNanos());
    assertThat(children.of(Service.ENCODER).ready).isTrue();
  }

  @Test
  void aServiceThatCannotStartEndsTheStartAndIsNamed() {
    // given
    children.onLaunch(
        process -> {
          if (process.replica().service() == Service.REWEIGHT) {
            process.exit(3);
          }
        });

    // when
    assertThatThrownBy(() -> supervisor.startAll())
        // then
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("reweight-service stopped with exit code 3 during startup; its log ends here");
    assertThat(children.launches(Service.REWEIGHT)).isEqualTo(6);
  }

  @Test
  void aServiceThatIsNotReadyInTimeEndsTheStartAndIsNamed() {
    // given
    children.onLaunch(process -> process.ready = process.replica().service() != Service.SELECTOR);

    // when
    assertThatThrownBy(() -> supervisor.startAll())
        // then
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("selector-service was not ready after 120 s; its log ends here");
    assertThat(children.nanos()).isBetween(READINESS.toNanos(), 2 * READINESS.toNanos());
  }

  @Test
  void aConsoleThatIsNeverReadyIsNamedAndTheRestStarts() throws Exception {
    // given
    children.onLaunch(process -> process.ready = process.replica().service() != Service.CONSOLE);

    // when
    supervisor.startAll();

    // then the start took an eighth of the time for readiness
    assertThat(children.nanos()).isLessThan(Duration.ofSeconds(20).toNanos());
    assertThat(notices)
        .singleElement()
        .asString()
        .startsWith("console is not ready; runs do not need it.")
        .contains("console.log");

    // and it goes on without it
    watchFor(Duration.ofMinutes(10));
    assertThat(supervisor.failure()).isEmpty();
    assertThat(children.of(Service.TRAINER).isAlive()).isTrue();
  }

  @Test
  void aConsoleThatCannotStartIsNamedAndTheRestStarts() throws Exception {
    // given
    children.onLaunch(
        process -> {
          process.ready = true;
          if (process.replica().service() == Service.CONSOLE) {
            process.exit(1);
          }
        });

    // when
    supervisor.startAll();

    // then
    assertThat(notices)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("console stopped with exit code 1 after 5 restarts")
                    .contains("runs do not need it"));
    assertThat(supervisor.failure()).isEmpty();
    assertThat(children.of(Service.ENCODER).isAlive()).isTrue();
  }

  @Test
  void aServiceThatIsNotAliveForAWhileIsRestarted() throws Exception {
    // given an encoder that does not come back from native code, and ignores SIGTERM
    supervisor.startAll();
    FakeChildren.Process stuck = children.of(Service.ENCODER);
    stuck.fault = "health check jobs";
    stuck.obedient = false;

    // when it is so for less than a minute, then nothing happens
    watchFor(Duration.ofSeconds(55));
    assertThat(children.of(Service.ENCODER)).isSameAs(stuck);

    // when it stays so
    long before = children.nanos();
    watchFor(Duration.ofSeconds(15));

    // then it is killed within the grace and restarted, and that is said in one line
    assertThat(children.nanos() - before)
        .isLessThan(ServiceSupervisor.EXIT_TIMEOUT.plusSeconds(20).toNanos());
    assertThat(stuck.isAlive()).isFalse();
    assertThat(children.of(Service.ENCODER).isAlive()).isTrue();
    assertThat(notices)
        .containsExactly(
            "encoder-service was not alive for 60 s (health check jobs) and was stopped; restarting"
                + " it (1 of at most 5 in 10 minutes)");
  }

  @Test
  void aServiceThatRecoversOrIsPausedBrieflyIsLeftAlone() throws Exception {
    // given
    supervisor.startAll();
    FakeChildren.Process slow = children.of(Service.TRAINER);

    // when it misses most probes, but never for a minute
    for (int time = 0; time < 20; time++) {
      slow.fault = "no answer";
      watchFor(Duration.ofSeconds(50));
      slow.fault = null;
      watchFor(Duration.ofSeconds(5));
    }

    // then
    assertThat(children.of(Service.TRAINER)).isSameAs(slow);
    assertThat(notices).isEmpty();
  }

  @Test
  void aServiceThatWasStoppedOnPurposeIsNotRestarted() throws Exception {
    // given
    supervisor.startAll();

    // when
    supervisor.stop(Replica.of(Service.SELECTOR));
    supervisor.kill(Replica.of(Service.TRAINER));
    watchFor(Duration.ofMinutes(20));

    // then
    assertThat(children.launches(Service.SELECTOR)).isEqualTo(1);
    assertThat(children.launches(Service.TRAINER)).isEqualTo(1);

    // when it is started again, then it is supervised again
    supervisor.start(Replica.of(Service.SELECTOR));
    children.of(Service.SELECTOR).exit(1);
    assertThat(children.launches(Service.SELECTOR)).isEqualTo(3);
  }

  @Test
  void nothingIsRestartedWhenTheSystemStops() throws Exception {
    // given
    supervisor.startAll();

    // when
    supervisor.stopAll();
    supervisor.watch();

    // then
    assertThat(Service.values())
        .allSatisfy(service -> assertThat(children.launches(service)).isEqualTo(1))
        .allSatisfy(service -> assertThat(children.of(service).isAlive()).isFalse());
    assertThat(notices).isEmpty();
  }
}
