package io.winnow.stage;

import io.micrometer.core.instrument.MeterRegistry;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.Event;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.run.Faults;
import io.winnow.stage.run.Inbox;
import io.winnow.stage.run.JobRun;
import io.winnow.stage.run.Lifecycle;
import io.winnow.stage.run.Outcome;
import io.winnow.stage.run.Toolbox;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.header.Headers;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * The one way a service does a long job for an event. For each message, on the thread that calls:
 *
 * <ol>
 *   <li>decodes the event; one that cannot be read goes to the dead-letter queue with the cause
 *   <li>a run that is cancelled or has failed: acknowledges, does nothing
 *   <li>{@link Stage#ready}, {@link Stage#address}
 *   <li>the artifact is there: says so (REUSED); else takes the lease, {@link Stage#run}s it from
 *       the last checkpoint, commits
 *   <li>notes the step, publishes {@link Stage#next}, acknowledges
 * </ol>
 *
 * A transient fault (Kafka or the store away) is waited for, for as long as it takes, and never
 * fails a run. Any other fault fails it: run.failed is published, {@code runs/<id>/failed.json}
 * written, and the message goes to the dead-letter queue. When the process is told to stop, the
 * message is neither acknowledged nor refused, so that Kafka delivers it again.
 */
@ApplicationScoped
public class StageRunner {
  private static final Logger LOG = Logger.getLogger(StageRunner.class);

  private final Toolbox tools;
  private final Lifecycle lifecycle;
  private final Inbox inbox;
  private final JobRegistry jobs;
  private final MeterRegistry meters;
  private final RunTraces traces;

  public StageRunner(
      Toolbox tools,
      Lifecycle lifecycle,
      Inbox inbox,
      JobRegistry jobs,
      MeterRegistry meters,
      RunTraces traces) {
    this.tools = tools;
    this.lifecycle = lifecycle;
    this.inbox = inbox;
    this.jobs = jobs;
    this.meters = meters;
    this.traces = traces;
  }

  /**
   * Never throws and never fails the returned stage: either would end the channel.
   *
   * @param type the event that the channel carries
   * @return complete once the message is settled; never, when the process stops
   */
  public <E extends Event> CompletionStage<Void> handle(
      Stage<E> stage, Class<E> type, Message<byte[]> message) {
    if (!lifecycle.enter()) {
      return new CompletableFuture<>();
    }
    try {
      return decodeAndRun(stage, type, message);
    } catch (StopException e) {
      return new CompletableFuture<>();
    } catch (Throwable e) {
      LOG.errorf(e, "A message of %s could not be settled; it comes again at the next start", type);
      jobs.broken("a message of " + type.getSimpleName() + " could not be settled: " + e);
      return new CompletableFuture<>();
    } finally {
      lifecycle.leave();
    }
  }

  /**
   * Makes the artifact of an event for somebody who asked for it, and not for a run: on the thread
   * that calls, without a message, whatever {@link Stage#ready} says. Nothing is noted of a run,
   * and {@link Stage#next} is not published. A fault ends the job and no run. When the process is
   * told to stop, nobody takes the job up again. Never throws.
   *
   * @return why the artifact is not there; empty when it is
   */
  public <E extends Event> Optional<InvalidInputException> ask(Stage<E> stage, E event) {
    if (!lifecycle.enter()) {
      return Optional.of(stopping());
    }
    JobRun<E> run = new JobRun<>(new AskedStage<>(stage), event, tools);
    Watch watch = watch(stage, event, null);
    Outcome outcome = Outcome.FAILED;
    try {
      outcome = run.call();
      return outcome == Outcome.MADE || outcome == Outcome.REUSED
          ? Optional.empty()
          : Optional.of(new InvalidInputException("the job was cancelled", "ask again"));
    } catch (StopException e) {
      outcome = Outcome.STOPPED;
      run.interrupted();
      return Optional.of(stopping());
    } catch (Throwable e) {
      watch.fault(e);
      return Optional.of(refuse(stage, event, run, e));
    } finally {
      watch.end(outcome, run.images());
      lifecycle.leave();
    }
  }

  private static InvalidInputException stopping() {
    return new InvalidInputException("the service was told to stop", "ask again when it is back");
  }

  private <E extends Event> InvalidInputException refuse(
      Stage<E> stage, E event, JobRun<E> run, Throwable fault) {
    InvalidInputException why = Faults.explain(stage.name(), fault);
    LOG.errorf(fault, "%s for %s failed", stage.name(), event.runId());
    if (fault instanceof VirtualMachineError) {
      jobs.broken(why.problem());
    }
    try {
      run.refuse(why);
    } catch (Exception e) {
      LOG.errorf(e, "%s for %s left what it had begun", stage.name(), event.runId());
    }
    return why;
  }

  private <E extends Event> CompletionStage<Void> decodeAndRun(
      Stage<E> stage, Class<E> type, Message<byte[]> message) throws Exception {
    E event;
    JobRun<E> run;
    try {
      event = inbox.decode(type, message);
      run = new JobRun<>(stage, event, tools);
    } catch (InvalidInputException e) {
      LOG.errorf("Unreadable message for stage %s: %s", stage.name(), e.getMessage());
      return inbox.refuse(message, e);
    }
    Watch watch = watch(stage, event, inbox.headers(message));
    Outcome outcome = Outcome.FAILED;
    try {
      outcome = run.call();
      if (outcome == Outcome.CANCELLED) {
        run.cancelled();
      }
      return message.ack();
    } catch (StopException e) {
      LOG.infof("%s for run %s leaves: %s", stage.name(), event.runId(), e.getMessage());
      outcome = Outcome.STOPPED;
      run.interrupted();
      throw e;
    } catch (Throwable e) {
      if (lifecycle.stopping()) {
        // an interrupt or a closed connection, likely; a real fault comes again with the message
        LOG.warnf(e, "%s for run %s broke off while stopping", stage.name(), event.runId());
        outcome = Outcome.STOPPED;
        run.interrupted();
        throw new StopException(StopException.Reason.SHUTDOWN);
      }
      watch.fault(e);
      return fail(stage, event, run, message, e);
    } finally {
      watch.end(outcome, run.images());
    }
  }

  private <E extends Event> CompletionStage<Void> fail(
      Stage<E> stage, E event, JobRun<E> run, Message<byte[]> message, Throwable fault)
      throws Exception {
    InvalidInputException why = Faults.explain(stage.name(), fault);
    if (why == fault) {
      LOG.errorf("%s for run %s failed: %s", stage.name(), event.runId(), why.getMessage());
    } else {
      LOG.errorf(fault, "%s for run %s failed", stage.name(), event.runId());
    }
    if (fault instanceof VirtualMachineError) {
      jobs.broken(why.problem());
    }
    run.fail(why);
    return inbox.refuse(message, fault);
  }

  private Watch watch(Stage<?> stage, Event event, Headers headers) {
    String run = event.runId();
    return new Watch(run, stage.name(), meters, traces.begin(run, stage.name(), headers));
  }
}
