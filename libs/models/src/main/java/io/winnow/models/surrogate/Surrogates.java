package io.winnow.models.surrogate;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.datasets.ImageShape;
import java.util.List;
import java.util.stream.Stream;

/**
 * The surrogate architectures that Winnow trains. Run specs, stored encoders and error messages
 * derive from this list. Every other surrogate is a TorchScript file.
 */
public final class Surrogates {
  // the first is what "trained" means
  private static final List<SurrogateType<?>> ALL =
      List.of(SmallResnet.TYPE, GroupNormResnet.RESNET_18);

  private Surrogates() {}

  static List<SurrogateType<?>> all() {
    return ALL;
  }

  /** The values of {@code surrogate.source} that are not files. */
  public static List<String> names() {
    return Stream.concat(Stream.of(SurrogateSpec.TRAINED), ALL.stream().map(SurrogateType::name))
        .toList();
  }

  /** The remedy for a surrogate that is neither an architecture nor a file: which names exist. */
  public static String remedy() {
    return "use one of " + String.join(", ", names()) + " to have one trained";
  }

  /**
   * Checks that a surrogate that is to be trained names a known architecture.
   *
   * @throws InvalidInputException it does not
   */
  public static void require(SurrogateSpec spec) {
    if (spec.trained()) {
      type(spec.source());
    }
  }

  /**
   * The network to train for a data set.
   *
   * @param source one of {@link #names}
   * @param images the shape of the data set's images
   * @param classes number of classes, 2 or more
   * @throws InvalidInputException no such architecture, or it does not take such images
   */
  public static ClassifierConfig config(String source, ImageShape images, int classes) {
    return new ClassifierConfig(
        type(source).defaults().apply(images.height()),
        images.height(),
        images.channels(),
        classes);
  }

  private static SurrogateType<?> type(String source) {
    return ALL.stream()
        .filter(type -> source.equals(SurrogateSpec.TRAINED) || source.equals(type.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no surrogate architecture \"" + source + "\"",
                    remedy()
                        + ", or the key or path of a TorchScript file, such as"
                        + " surrogates/"
                        + source
                        + ".pt"));
  }
}
