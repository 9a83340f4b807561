package io.winnow.stage;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.RunCancel;
import io.winnow.stage.run.Inbox;
import io.winnow.stage.run.Patience;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Notes in the store that a run is cancelled, where every job of the run sees it. Each service
 * listens; the first to write is as good as the last.
 */
@ApplicationScoped
public class CancelListener {
  private static final Logger LOG = Logger.getLogger(CancelListener.class);

  private final ObjectStore objects;
  private final Inbox inbox;
  private final Patience patience;

  public CancelListener(ObjectStore objects, Inbox inbox, Patience patience) {
    this.objects = objects;
    this.inbox = inbox;
    this.patience = patience;
  }

  // not on the pool of jobs: there it would wait for the job that it wants to end
  @Incoming("run-cancel")
  @Blocking("cancellations")
  CompletionStage<Void> onCancel(Message<byte[]> message) {
    try {
      RunCancel cancel;
      RunFolder folder;
      try {
        cancel = inbox.decode(RunCancel.class, message);
        folder = new RunFolder(objects, cancel.runId());
      } catch (InvalidInputException e) {
        LOG.errorf("Unreadable cancel: %s", e.getMessage());
        return inbox.refuse(message, e);
      }
      patience.call(
          "cancel run " + cancel.runId(),
          () -> {
            if (folder.cancelled().isEmpty()) {
              folder.cancelled(cancel);
            }
            return true;
          });
      return message.ack();
    } catch (Exception e) {
      // left unsettled, it comes again; a failed stage would end the channel
      LOG.errorf(e, "A cancel could not be noted");
      return new CompletableFuture<>();
    }
  }
}
