package io.winnow.datasets.source.format;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Names of the folders of a data set's parts, where class folders lie below them. */
public final class PartFolders {
  /** The training part. */
  public static final String TRAIN = "train";

  /** A folder that may hold the images of a part or of a class. */
  public static final String IMAGES = "images";

  /** The held-out part, by any of these names. */
  public static final List<String> HELD_OUT =
      List.of("test", "val", "valid", "validation", "dev", "eval", "heldout");

  private static final List<String> RESEMBLING = List.of("training", "testing");

  /** Where ImageNet's archive has its parts. */
  public static final String IMAGENET = "ILSVRC/Data/CLS-LOC";

  private PartFolders() {}

  /** Whether a folder of this name is a part. */
  public static boolean isPart(String name) {
    return name.equals(TRAIN) || HELD_OUT.contains(name);
  }

  /** Whether a folder of this name is a part, or is likely to be meant as one. */
  public static boolean resembles(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return isPart(lower) || RESEMBLING.contains(lower);
  }

  /** The folder with the parts or class folders: the root, but deeper in ImageNet's archive. */
  public static Path top(Path root) {
    Path inner = root.resolve(IMAGENET);
    return Files.isDirectory(inner) ? inner : root;
  }
}
