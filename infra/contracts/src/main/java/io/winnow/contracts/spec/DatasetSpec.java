package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A labelled image data set.
 *
 * @param source a path that the encoder can read, or {@code store:<key prefix>} in Winnow's bucket
 * @param name used in addresses and reports; default: the last part of {@code source}
 * @param format what lies there; default {@code auto}
 * @param holdout share of each class held out for judging when the source has no test part of its
 *     own, in (0, 0.5]; default 0.1
 * @param shardRows images a shard; default 2000
 */
public record DatasetSpec(
    String source, String name, Format format, Double holdout, Integer shardRows) {

  /** Layouts that can be read. */
  public enum Format {
    /** Whichever of the others fits. */
    @JsonProperty("auto")
    AUTO,
    /** The MNIST family's IDX files, gzipped or not. */
    @JsonProperty("idx")
    IDX,
    /** The binary version of CIFAR-10. */
    @JsonProperty("cifar10")
    CIFAR10,
    /** A folder a class, PNG or JPEG; optionally below {@code train/} and {@code test/}. */
    @JsonProperty("folder")
    FOLDER,
    /** A zip of such a folder. */
    @JsonProperty("zip")
    ZIP
  }

  public DatasetSpec {
    Check.that(source != null && !source.isBlank(), "dataset.source", source, "a path");
    name = Check.orElse(name, lastPart(source));
    Check.that(
        name.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"),
        "dataset.name",
        name,
        "1 to 64 letters, digits, '-', '_' or '.', starting with a letter or digit");
    format = Check.orElse(format, Format.AUTO);
    holdout = Check.orElse(holdout, 0.1);
    Check.that(holdout > 0 && holdout <= 0.5, "dataset.holdout", holdout, "in (0, 0.5]");
    shardRows = Check.orElse(shardRows, 2000);
    Check.that(shardRows >= 1, "dataset.shardRows", shardRows, "at least 1");
  }

  public static DatasetSpec of(String source) {
    return new DatasetSpec(source, null, null, null, null);
  }

  private static String lastPart(String source) {
    String part = source.replaceAll("[/\\\\]+$", "").replaceAll("^.*[/\\\\:]", "");
    part = part.replaceAll("[^A-Za-z0-9_.-]", "-").replaceAll("^[_.-]+", "");
    return part.isEmpty() ? "dataset" : part.substring(0, Math.min(64, part.length()));
  }
}
