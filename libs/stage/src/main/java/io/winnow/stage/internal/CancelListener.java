package io.winnow.stage.internal;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.RunCancel;
import io.winnow.stage.api.StopException;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Records in the store that a run is cancelled, where every job of the run sees it. All services
 * listen and write the same.
 */
@ApplicationScoped
public class CancelListener {
  private static final Logger LOG = Logger.getLogger(CancelListener.class);

  private final ObjectStore objects;
  private final EventMessages messages;
  private final TransientFaultRetry retry;

  public CancelListener(ObjectStore objects, EventMessages messages, TransientFaultRetry retry) {
    this.objects = objects;
    this.messages = messages;
    this.retry = retry;
  }

  // not on the job pool: there it would wait for the job that it has to end
  @Incoming("run-cancel")
  @Blocking("cancellations")
  CompletionStage<Void> onCancel(Message<byte[]> message) {
    try {
      return record(message);
    } catch (StopException e) {
      // unsettled, it is delivered again at the next start
      return new CompletableFuture<>();
    } catch (Exception e) {
      LOG.errorf(e, "A cancellation could not be recorded");
      return refused(message, e);
    }
  }

  private CompletionStage<Void> record(Message<byte[]> message) throws Exception {
    RunCancel cancel;
    RunFolder folder;
    try {
      cancel = messages.decode(RunCancel.class, message);
      folder = new RunFolder(objects, cancel.runId());
    } catch (InvalidInputException e) {
      LOG.errorf("Unreadable cancellation: %s", e.getMessage());
      return messages.refuse(message, e);
    }
    retry.call(
        "cancel run " + cancel.runId(),
        () -> {
          if (folder.cancelled().isEmpty()) {
            folder.cancelled(cancel);
          }
          return true;
        });
    return message.ack();
  }

  // the channel goes on in any case: the next cancellation must not wait for a broken one
  private CompletionStage<Void> refused(Message<byte[]> message, Exception cause) {
    try {
      return messages.refuse(message, cause);
    } catch (Exception e) {
      LOG.errorf(e, "A cancellation could not be sent to the dead-letter topic and is dropped");
      return message.ack();
    }
  }
}
