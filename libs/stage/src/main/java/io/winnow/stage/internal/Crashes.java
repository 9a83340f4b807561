package io.winnow.stage.internal;

import io.winnow.contracts.InvalidInputException;

/**
 * How often in a row processes died that worked on one job; part of the job's lease, so it outlives
 * them. A process that got further than all before it, or wrote a checkpoint, starts the count
 * anew, and so does one that stopped in an orderly way: it releases the lease.
 *
 * @param count deaths in a row without progress
 * @param done the most units of progress that the holder of the lease has reported
 * @param furthest the most units that an earlier holder had reported
 * @param checkpoint the job's highest checkpoint number when the holder began
 */
record Crashes(long count, long done, long furthest, long checkpoint) {
  static final Crashes NONE = new Crashes(0, 0, 0, 0);

  /** The same holder after more progress; its parts may count from zero each. */
  Crashes at(long doneNow) {
    return new Crashes(count, Math.max(done, doneNow), furthest, checkpoint);
  }

  /**
   * The successor of a holder that has died.
   *
   * @param latest the job's highest checkpoint number now
   */
  Crashes next(long latest) {
    boolean progress = done > furthest || latest > checkpoint;
    return new Crashes(progress ? 0 : count + 1, 0, Math.max(done, furthest), latest);
  }

  /**
   * Ends a job that can be expected to end this process, too.
   *
   * @param limit the count from which the job fails; 0 for never
   * @throws InvalidInputException the limit is reached
   */
  void require(String stage, int limit) {
    if (limit > 0 && count >= limit) {
      throw new InvalidInputException(
          "stage "
              + stage
              + " ended its service "
              + count
              + " times in a row without progress: each time the process was killed, crashed or"
              + " hung. It likely needs more memory than the service has",
          "reduce the batch, the model or the image size, or give the service more memory; its log"
              + " and the machine's show how it ended");
    }
  }
}
