package io.winnow.contracts.spec;

import static io.winnow.contracts.spec.field.Product.DATASET;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.field.Decides;
import io.winnow.contracts.spec.field.Default;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.Longest;
import io.winnow.contracts.spec.field.Matching;
import io.winnow.contracts.spec.field.NoEffect;
import io.winnow.contracts.spec.field.Range;
import io.winnow.contracts.spec.field.Required;
import io.winnow.contracts.spec.field.Section;
import io.winnow.contracts.spec.field.SpecFields;

/** A labelled image data set. */
@Section("dataset")
@RecordBuilder
public record DatasetSpec(
    @Description("Path that the encoder can read, or store:PREFIX for objects in Winnow's bucket")
        @Required("a path that the encoder can read, or store:PREFIX")
        @Longest(4096)
        @NoEffect("the digest of the data decides, not their place")
        String source,
    @Description("Name used in addresses and reports")
        @Default(text = "the last part of dataset.source")
        @Matching(
            value = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}",
            text = "1 to 64 letters, digits, '-', '_' or '.', starting with a letter or digit")
        @Decides(DATASET)
        String name,
    @Description("Name of the source's format; auto detects it")
        @Default(DatasetSpec.AUTO)
        @Matching(value = "[a-z0-9-]{1,32}", text = "the lower-case name of a format, or \"auto\"")
        @NoEffect("the images and labels decide, not how they are packed")
        String format,
    @Description(
            "Share of each class held out for the evaluation, where the source has no test split of its own")
        @Default("0.1")
        @Range(above = 0, max = 0.5)
        @Decides(DATASET)
        Double holdout,
    @Description("Images per shard")
        @Default("2000")
        @Range(min = 1, max = 1_000_000)
        @Decides(DATASET)
        Integer shardRows,
    @Description(
            "What to do with an image that is unreadable, or of another size or kind than it should be: fail the import, or skip the image and report it")
        @Default("fail")
        @Decides(DATASET)
        OnBadImage onBadImage,
    @Description(
            "Height and width, in pixels, to which resize brings every image; required with it")
        @Range(min = 1, max = MAX_SIZE)
        @Decides(DATASET)
        Integer size,
    @Description(
            "How images are brought to size: none (all images must be square and of one size), crop (the shorter side to size, then the centre), adm (as crop, with the filters of ADM, DiT and MDT), or squash (both sides to size, ignoring the aspect ratio)")
        @Default("none")
        @Decides(DATASET)
        Resize resize,
    @Description("Column of the images in Parquet files, where there are several")
        @Default(text = "image or img, else the only one with images")
        @Matching(value = DatasetSpec.COLUMN, text = "the name of a column")
        @Decides(DATASET)
        String imageColumn,
    @Description(
            "Column of the labels in Parquet files, where there are several; in CIFAR-100's binary version fine_label or coarse_label")
        @Default(text = "label, else the only one with labels; fine_label in CIFAR-100")
        @Matching(value = DatasetSpec.COLUMN, text = "the name of a column")
        @Decides(DATASET)
        String labelColumn) {
  /** The {@code format} that detects the format. */
  public static final String AUTO = "auto";

  private static final int MAX_SIZE = 4096;
  private static final String COLUMN = "[^\\u0000-\\u001f\\u007f]{1,200}";

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
    /**
     * The centre crop of guided-diffusion, which DiT and MDT use for ImageNet: halved while the
     * shorter side is at least twice the size, then as {@link #CROP}.
     */
    @JsonProperty("adm")
    ADM,
    /** Both sides to the size, whatever becomes of the proportions. */
    @JsonProperty("squash")
    SQUASH
  }

  public DatasetSpec {
    SpecFields fields = SpecFields.of(DatasetSpec.class);
    source = fields.check("source", source);
    name = fields.check("name", name == null ? lastPart(source) : name);
    format = fields.check("format", format);
    holdout = fields.check("holdout", holdout);
    shardRows = fields.check("shardRows", shardRows);
    onBadImage = fields.check("onBadImage", onBadImage);
    size = fields.check("size", size);
    resize = fields.check("resize", resize);
    imageColumn = fields.check("imageColumn", imageColumn);
    labelColumn = fields.check("labelColumn", labelColumn);
    if ((size != null) != (resize != Resize.NONE)) {
      throw new InvalidInputException(
          size == null
              ? "\"dataset.resize\" is given without \"dataset.size\""
              : "\"dataset.size\" is given without \"dataset.resize\"",
          "give both, such as \"size\": 64, \"resize\": \"crop\" (or \"squash\"), or neither");
    }
  }

  /** Without a choice of columns. */
  public DatasetSpec(
      String source,
      String name,
      String format,
      Double holdout,
      Integer shardRows,
      OnBadImage onBadImage,
      Integer size,
      Resize resize) {
    this(source, name, format, holdout, shardRows, onBadImage, size, resize, null, null);
  }

  /** All defaults for one source. */
  public static DatasetSpec of(String source) {
    return DatasetSpecBuilder.builder().source(source).build();
  }

  private static String lastPart(String source) {
    String part = source.replaceAll("[/\\\\]+$", "").replaceAll("^.*[/\\\\:]", "");
    part = part.replaceAll("[^A-Za-z0-9_.-]", "-").replaceAll("^[_.-]+", "");
    return part.isEmpty() ? "dataset" : part.substring(0, Math.min(64, part.length()));
  }
}
