package io.winnow.stage.internal;

import io.micrometer.core.instrument.MeterRegistry;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.run.RunConflictException;
import io.winnow.stage.api.Join;
import io.winnow.stage.api.Stage;
import io.winnow.stage.api.StageRunner;
import io.winnow.stage.api.StopException;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.jobs.Unsettled;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.header.Headers;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** Takes messages, runs their jobs, and settles them. */
@ApplicationScoped
public class DefaultStageRunner implements StageRunner {
  private static final Logger LOG = Logger.getLogger(DefaultStageRunner.class);

  private final JobServices services;
  private final Lifecycle lifecycle;
  private final EventMessages messages;
  private final JobRegistry jobs;
  private final MeterRegistry meters;
  private final RunTraces traces;
  private final ProcessDamage damage = new ProcessDamage();

  public DefaultStageRunner(
      JobServices services,
      Lifecycle lifecycle,
      EventMessages messages,
      JobRegistry jobs,
      MeterRegistry meters,
      RunTraces traces) {
    this.services = services;
    this.lifecycle = lifecycle;
    this.messages = messages;
    this.jobs = jobs;
    this.meters = meters;
    this.traces = traces;
  }

  @Override
  public <E extends Event> CompletionStage<Void> handle(
      Stage<E> stage, Class<E> type, Message<byte[]> message) {
    return handle(stage, Trigger.direct(type), message);
  }

  @Override
  public <I extends Event, S extends Event> CompletionStage<Void> handleInput(
      Join<I, S> join, Message<byte[]> message) {
    return handle(join.stage(), Trigger.input(join), message);
  }

  @Override
  public <I extends Event, S extends Event> CompletionStage<Void> handleSignal(
      Join<I, S> join, Message<byte[]> message) {
    return handle(join.stage(), Trigger.signal(join), message);
  }

  private <M extends Event, E extends Event> CompletionStage<Void> handle(
      Stage<E> stage, Trigger<M, E> trigger, Message<byte[]> message) {
    if (!lifecycle.enter()) {
      return new CompletableFuture<>();
    }
    damage.before();
    Unsettled.Receipt receipt = jobs.unsettled().received();
    try {
      return decodeAndRun(stage, trigger, message)
          .whenComplete((settled, fault) -> receipt.settled());
    } catch (StopException e) {
      return new CompletableFuture<>();
    } catch (Throwable e) {
      String type = trigger.type().getSimpleName();
      LOG.errorf(e, "A %s message could not be settled; it is delivered again at restart", type);
      jobs.broken("a message of " + type + " could not be settled: " + e);
      return new CompletableFuture<>();
    } finally {
      lifecycle.leave();
    }
  }

  @Override
  public <E extends Event> Optional<InvalidInputException> runNow(Stage<E> stage, E event) {
    if (!lifecycle.enter()) {
      return Optional.of(stopping());
    }
    damage.before();
    JobRun<E> run =
        new JobRun<>(
            new OnDemandStage<>(stage), event.runId(), folder -> Optional.of(event), services);
    JobTelemetry telemetry = telemetry(stage, event, null);
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
      telemetry.fault(e);
      return Optional.of(refuse(stage, event, run, e));
    } finally {
      telemetry.end(outcome, run.images(), run.queuedNanos());
      lifecycle.leave();
    }
  }

  private static InvalidInputException stopping() {
    return new InvalidInputException("the service is stopping", "ask again when it is back");
  }

  private <E extends Event> InvalidInputException refuse(
      Stage<E> stage, E event, JobRun<E> run, Throwable fault) {
    InvalidInputException why = Faults.explain(stage.name(), fault);
    LOG.errorf(fault, "%s for %s failed", stage.name(), event.runId());
    distrust(fault, why);
    try {
      run.refuse(why);
    } catch (Exception e) {
      LOG.errorf(e, "%s for %s could not be cleaned up", stage.name(), event.runId());
    }
    return why;
  }

  private <M extends Event, E extends Event> CompletionStage<Void> decodeAndRun(
      Stage<E> stage, Trigger<M, E> trigger, Message<byte[]> message) throws Exception {
    M event;
    JobRun<E> run;
    try {
      event = messages.decode(trigger.type(), message);
      run =
          new JobRun<>(
              stage, event.runId(), folder -> trigger.input().apply(folder, event), services);
    } catch (InvalidInputException e) {
      LOG.errorf("Unreadable message for stage %s: %s", stage.name(), e.getMessage());
      return messages.refuse(message, e);
    }
    JobTelemetry telemetry = telemetry(stage, event, messages.headers(message));
    Outcome outcome = Outcome.FAILED;
    try {
      outcome = run.call();
      if (outcome == Outcome.CANCELLED) {
        run.cancelled();
      }
      return message.ack();
    } catch (StopException e) {
      LOG.infof("%s for run %s ends early: %s", stage.name(), event.runId(), e.getMessage());
      outcome = Outcome.STOPPED;
      run.interrupted();
      throw e;
    } catch (Throwable e) {
      if (lifecycle.stopping()) {
        // likely an interrupt or a closed connection; a real fault comes again with the message
        LOG.warnf(e, "%s for run %s was interrupted by the stop", stage.name(), event.runId());
        outcome = Outcome.STOPPED;
        run.interrupted();
        throw new StopException(StopException.Reason.SHUTDOWN);
      }
      telemetry.fault(e);
      return fail(stage, event.runId(), run, message, e);
    } finally {
      telemetry.end(outcome, run.images(), run.queuedNanos());
    }
  }

  private <E extends Event> CompletionStage<Void> fail(
      Stage<E> stage, String runId, JobRun<E> run, Message<byte[]> message, Throwable fault)
      throws Exception {
    InvalidInputException why = Faults.explain(stage.name(), fault);
    if (why == fault) {
      LOG.errorf("%s for run %s failed: %s", stage.name(), runId, why.getMessage());
    } else {
      LOG.errorf(fault, "%s for run %s failed", stage.name(), runId);
    }
    distrust(fault, why);
    if (!(fault instanceof RunConflictException)) {
      // the run that has the id is another one
      record(runId, run, why);
    }
    return messages.refuse(message, fault);
  }

  // the message is settled even if the store cannot take the failure: a redelivery would fail again
  private static void record(String runId, JobRun<?> run, InvalidInputException why)
      throws Exception {
    try {
      run.fail(why);
    } catch (InvalidInputException e) {
      LOG.errorf("The failure of run %s cannot be recorded: %s", runId, e.getMessage());
    }
  }

  // the job's memory is free again: usually nobody else is hurt
  private void distrust(Throwable fault, InvalidInputException why) {
    damage.after(fault).ifPresent(what -> jobs.broken(why.problem() + "; " + what));
  }

  private JobTelemetry telemetry(Stage<?> stage, Event event, Headers headers) {
    String run = event.runId();
    return new JobTelemetry(run, stage.name(), meters, traces.begin(run, stage.name(), headers));
  }
}
