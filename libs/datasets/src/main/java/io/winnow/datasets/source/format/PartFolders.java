package io.winnow.datasets.source.format;

import java.util.List;

/** Names of the folders of a data set's parts, where class folders lie below them. */
public final class PartFolders {
  /** The training part. */
  public static final String TRAIN = "train";

  /** The held-out part, by any of these names. */
  public static final List<String> HELD_OUT =
      List.of("test", "val", "valid", "validation", "dev", "eval", "heldout");

  private PartFolders() {}
}
