package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The surrogate φ whose features are scored.
 *
 * @param source {@code trained} (a small residual classifier trained on the data set itself), the
 *     name of another architecture to train, or the key of a TorchScript file in the store, which
 *     contains a slash or dot; default {@code trained}
 * @param inputSize side of the square input it wants, pixels; default: the images' own
 * @param channels channels it wants, 1 or 3; default: the images' own
 * @param mean per channel, subtracted from pixels in [0, 1]; default 0
 * @param std per channel, divides what is left; default 1
 * @param output TorchScript method that gives N×d features, or {@code METHOD.ELEMENT} of one that
 *     gives a dict (its key), tuple or list (0, 1, …); default {@code forward}
 * @param images for {@code trained}: images seen in training; default 36 000
 * @param batch for {@code trained}; default 64
 * @param learningRate for {@code trained}; default 2e-3
 * @param encodeBatch images encoded at a time, 1 to 4096; always so many, so that memory is flat
 *     and an image's features do not depend on its neighbours; default 100
 * @param precision what encoding computes in; default {@code float32}
 * @param features how features are stored; default {@code float32}
 * @param seed for {@code trained}: of its training, so that runs of other seeds may share it;
 *     default: the run's
 */
public record SurrogateSpec(
    String source,
    Integer inputSize,
    Integer channels,
    List<Double> mean,
    List<Double> std,
    String output,
    Long images,
    Integer batch,
    Double learningRate,
    Integer encodeBatch,
    TrainingSpec.Precision precision,
    FeatureType features,
    Long seed) {

  /** How a feature is stored. */
  public enum FeatureType {
    @JsonProperty("float32")
    FLOAT32,
    /** Rounded to half the bytes; features beyond ±65,504 are refused. */
    @JsonProperty("float16")
    FLOAT16
  }

  /** The value of {@code source} that asks for a surrogate trained on the data. */
  public static final String TRAINED = "trained";

  static final SurrogateSpec DEFAULT =
      new SurrogateSpec(
          null, null, null, null, null, null, null, null, null, null, null, null, null);

  public SurrogateSpec {
    source = Check.orElse(source, TRAINED);
    Check.that(
        inputSize == null || (inputSize >= 1 && inputSize <= 4096),
        "surrogate.inputSize",
        inputSize,
        "from 1 to 4096");
    Check.that(
        channels == null || channels == 1 || channels == 3,
        "surrogate.channels",
        channels,
        "1 or 3");
    mean = mean == null ? List.of() : List.copyOf(mean);
    std = std == null ? List.of() : List.copyOf(std);
    Check.that(std.stream().allMatch(s -> s > 0), "surrogate.std", std, "positive");
    output = Check.orElse(output, "forward");
    images = Check.orElse(images, 36_000L);
    Check.that(images >= 1, "surrogate.images", images, "at least 1");
    batch = Check.orElse(batch, 64);
    Check.that(batch >= 2 && batch <= 65_536, "surrogate.batch", batch, "from 2 to 65536");
    learningRate = Check.orElse(learningRate, 2e-3);
    Check.that(
        Check.finite(learningRate, 1e-9, 10), "surrogate.learningRate", learningRate, "positive");
    encodeBatch = Check.orElse(encodeBatch, 100);
    Check.that(
        encodeBatch >= 1 && encodeBatch <= 4096,
        "surrogate.encodeBatch",
        encodeBatch,
        "from 1 to 4096");
    precision = Check.orElse(precision, TrainingSpec.Precision.FLOAT32);
    features = Check.orElse(features, FeatureType.FLOAT32);
  }

  /** The same with its file at another place. */
  public SurrogateSpec at(String place) {
    return new SurrogateSpec(
        place,
        inputSize,
        channels,
        mean,
        std,
        output,
        images,
        batch,
        learningRate,
        encodeBatch,
        precision,
        features,
        seed);
  }

  /** A surrogate whose training, if it has any, takes the run's seed. */
  public SurrogateSpec(
      String source,
      Integer inputSize,
      Integer channels,
      List<Double> mean,
      List<Double> std,
      String output,
      Long images,
      Integer batch,
      Double learningRate,
      Integer encodeBatch,
      TrainingSpec.Precision precision,
      FeatureType features) {
    this(
        source,
        inputSize,
        channels,
        mean,
        std,
        output,
        images,
        batch,
        learningRate,
        encodeBatch,
        precision,
        features,
        null);
  }

  /**
   * Whether {@code source} is the name of an architecture to train, not a file: it has only
   * lower-case letters, digits and hyphens.
   */
  public boolean trained() {
    return source.matches("[a-z][a-z0-9-]*");
  }
}
