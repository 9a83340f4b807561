package io.winnow.contracts.spec;

import static io.winnow.contracts.spec.field.Product.FEATURES;
import static io.winnow.contracts.spec.field.Product.SURROGATE;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import io.winnow.contracts.spec.field.Decides;
import io.winnow.contracts.spec.field.Default;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.Longest;
import io.winnow.contracts.spec.field.OneOf;
import io.winnow.contracts.spec.field.Range;
import io.winnow.contracts.spec.field.Section;
import io.winnow.contracts.spec.field.SpecFields;
import java.util.List;

/** The surrogate network, whose features are scored. */
@Section("surrogate")
@RecordBuilder
public record SurrogateSpec(
    @Description(
            "\"trained\" (a small residual classifier trained on the data set), the name of another architecture to train, or the key of a TorchScript file in the store, which contains a slash or dot")
        @Default(SurrogateSpec.TRAINED)
        @Decides(SURROGATE)
        String source,
    @Description("Height and width of the network's input, in pixels")
        @Default(text = "the images' own")
        @Range(min = 1, max = 4096)
        @Decides(SURROGATE)
        Integer inputSize,
    @Description("Channels of the network's input")
        @Default(text = "the images' own")
        @OneOf({1, 3})
        @Decides(SURROGATE)
        Integer channels,
    @Description("Mean per channel, subtracted from pixels in [0, 1]")
        @Default(text = "0")
        @Range(min = 0, max = 1)
        @Longest(3)
        @Decides(SURROGATE)
        List<Double> mean,
    @Description(
            "Standard deviation per channel; pixels are divided by it after the mean is subtracted")
        @Default(text = "1")
        @Range(min = 1e-6, max = 1e6)
        @Longest(3)
        @Decides(SURROGATE)
        List<Double> std,
    @Description(
            "TorchScript method that returns N x d features, or METHOD.ELEMENT for an element of the dict (by key), tuple or list (0, 1, ...) that it returns")
        @Default("forward")
        @Decides(SURROGATE)
        String output,
    @Description("Images seen in training, for a trained surrogate")
        @Default("36000")
        @Range(min = 1, max = 1e12)
        @Decides(SURROGATE)
        Long images,
    @Description("Images per optimiser step, for a trained surrogate")
        @Default("64")
        @Range(min = 2, max = 65_536)
        @Decides(SURROGATE)
        Integer batch,
    @Description("Learning rate, for a trained surrogate")
        @Default("0.002")
        @Range(min = 1e-9, max = 10)
        @Decides(SURROGATE)
        Double learningRate,
    @Description(
            "Images encoded at a time. The last batch is padded, so that memory is flat and features do not depend on their neighbours")
        @Default("100")
        @Range(min = 1, max = 4096)
        @Decides(SURROGATE)
        Integer encodeBatch,
    @Description("Precision of the network while it encodes")
        @Default("float32")
        @Decides(SURROGATE)
        TrainingSpec.Precision precision,
    @Description(
            "How features are stored. float16 takes half the bytes and refuses features beyond 65,504")
        @Default("float32")
        @Decides(FEATURES)
        FeatureType features,
    @Description("Seed of a surrogate's training, so that runs with different seeds can share it")
        @Default(text = "the run's seed")
        @Decides(SURROGATE)
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

  static final SurrogateSpec DEFAULT = SurrogateSpecBuilder.builder().build();

  public SurrogateSpec {
    SpecFields fields = SpecFields.of(SurrogateSpec.class);
    source = fields.check("source", source);
    inputSize = fields.check("inputSize", inputSize);
    channels = fields.check("channels", channels);
    mean = mean == null ? List.of() : List.copyOf(fields.check("mean", mean));
    std = std == null ? List.of() : List.copyOf(fields.check("std", std));
    output = fields.check("output", output);
    images = fields.check("images", images);
    batch = fields.check("batch", batch);
    learningRate = fields.check("learningRate", learningRate);
    encodeBatch = fields.check("encodeBatch", encodeBatch);
    precision = fields.check("precision", precision);
    features = fields.check("features", features);
  }

  /**
   * Whether {@code source} is the name of an architecture to train, not a file: it has only
   * lower-case letters, digits and hyphens.
   */
  public boolean trained() {
    return source.matches("[a-z][a-z0-9-]*");
  }
}
