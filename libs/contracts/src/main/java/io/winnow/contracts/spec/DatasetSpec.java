package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.winnow.contracts.InvalidInputException;

/**
 * A labelled image data set.
 *
 * @param source a path that the encoder can read, or {@code store:<key prefix>} in Winnow's bucket
 * @param name used in addresses and reports; default: the last part of {@code source}
 * @param format name of the data set's format, or {@code auto} to detect it; default {@code auto}.
 *     The import checks that the format exists
 * @param holdout share of each class held out for judging when the source has no test part of its
 *     own, in (0, 0.5]; default 0.1
 * @param shardRows images a shard; default 2000
 * @param onBadImage what an image that cannot be used does to the import; default {@code fail}
 * @param size pixels a side that {@code resize} makes of every image, 1 to 4096; only with it
 * @param resize how images are brought to {@code size}; default {@code none}: all images must be
 *     square and of one size
 */
public record DatasetSpec(
    String source,
    String name,
    String format,
    Double holdout,
    Integer shardRows,
    OnBadImage onBadImage,
    Integer size,
    Resize resize) {
  /** The {@code format} that detects the format. */
  public static final String AUTO = "auto";

  private static final int MAX_SIZE = 4096;

  /** What becomes of an image that is unreadable, or of another size or kind than it should be. */
  public enum OnBadImage {
    /** The import fails and names it. */
    @JsonProperty("fail")
    FAIL,
    /** It is left out; the data set tells how many were, and names the first. */
    @JsonProperty("skip")
    SKIP
  }

  /** How an image is brought to another size, by an antialiased cubic filter. */
  public enum Resize {
    /** Not at all. */
    @JsonProperty("none")
    NONE,
    /** The shorter side to the size, then the middle of the longer one. */
    @JsonProperty("crop")
    CROP,
    /** Both sides to the size, whatever becomes of the proportions. */
    @JsonProperty("squash")
    SQUASH
  }

  public DatasetSpec {
    Check.that(source != null && !source.isBlank(), "dataset.source", source, "a path");
    name = Check.orElse(name, lastPart(source));
    Check.that(
        name.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"),
        "dataset.name",
        name,
        "1 to 64 letters, digits, '-', '_' or '.', starting with a letter or digit");
    format = Check.orElse(format, AUTO);
    Check.that(
        format.matches("[a-z0-9-]{1,32}"),
        "dataset.format",
        format,
        "the lower-case name of a format, or \"auto\"");
    holdout = Check.orElse(holdout, 0.1);
    Check.that(holdout > 0 && holdout <= 0.5, "dataset.holdout", holdout, "in (0, 0.5]");
    shardRows = Check.orElse(shardRows, 2000);
    Check.that(shardRows >= 1, "dataset.shardRows", shardRows, "at least 1");
    onBadImage = Check.orElse(onBadImage, OnBadImage.FAIL);
    resize = Check.orElse(resize, Resize.NONE);
    Check.that(
        size == null || size >= 1 && size <= MAX_SIZE, "dataset.size", size, "1 to " + MAX_SIZE);
    if ((size != null) != (resize != Resize.NONE)) {
      throw new InvalidInputException(
          size == null
              ? "\"dataset.resize\" is given without \"dataset.size\""
              : "\"dataset.size\" is given without \"dataset.resize\"",
          "give both, such as \"size\": 64, \"resize\": \"crop\" (or \"squash\"), or neither");
    }
  }

  public static DatasetSpec of(String source) {
    return new DatasetSpec(source, null, null, null, null, null, null, null);
  }

  /** The same data set at another place. */
  public DatasetSpec at(String place) {
    return new DatasetSpec(place, name, format, holdout, shardRows, onBadImage, size, resize);
  }

  private static String lastPart(String source) {
    String part = source.replaceAll("[/\\\\]+$", "").replaceAll("^.*[/\\\\:]", "");
    part = part.replaceAll("[^A-Za-z0-9_.-]", "-").replaceAll("^[_.-]+", "");
    return part.isEmpty() ? "dataset" : part.substring(0, Math.min(64, part.length()));
  }
}
