package io.winnow.contracts;

/** Names of the splits of a data set; data sets of generated samples have others. */
public final class Splits {
  /** The rows that are selected from and trained on. */
  public static final String TRAIN = "train";

  /** The rows that samples are compared with; no model sees them in training. */
  public static final String HELDOUT = "heldout";

  private Splits() {}
}
