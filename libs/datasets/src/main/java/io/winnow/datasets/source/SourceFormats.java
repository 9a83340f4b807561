package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.datasets.source.cifar.Cifar100Format;
import io.winnow.datasets.source.cifar.CifarFormat;
import io.winnow.datasets.source.folder.FolderFormat;
import io.winnow.datasets.source.folder.ZipFormat;
import io.winnow.datasets.source.format.SourceFormat;
import io.winnow.datasets.source.idx.IdxFormat;
import io.winnow.datasets.source.npz.NpzFormat;
import io.winnow.datasets.source.parquet.ParquetFormat;
import io.winnow.datasets.source.stl.StlFormat;
import io.winnow.datasets.source.webdataset.WebDatasetFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The data set formats that Winnow reads. Detection, error messages and help texts derive from this
 * list.
 */
public final class SourceFormats {
  // in the order of detection: a folder of class folders matches any folder with folders in it
  private static final List<SourceFormat> ALL =
      List.of(
          new IdxFormat(),
          new CifarFormat(),
          new Cifar100Format(),
          new StlFormat(),
          new NpzFormat(),
          new ZipFormat(),
          new WebDatasetFormat(),
          new ParquetFormat(),
          new FolderFormat());

  private SourceFormats() {}

  /** The values of {@code dataset.format}. */
  public static List<String> names() {
    return Stream.concat(Stream.of(DatasetSpec.AUTO), ALL.stream().map(SourceFormat::name))
        .toList();
  }

  /** What each format is, as noun phrases: {@code a folder of IDX files}. */
  public static List<String> descriptions() {
    return ALL.stream().map(SourceFormat::description).toList();
  }

  /** The remedy for a source that does not exist or is in no known format. */
  public static String remedy() {
    return "provide " + String.join(", or ", descriptions());
  }

  /**
   * @param name a value of {@code dataset.format}
   * @throws InvalidInputException there is no such format; the remedy lists the known ones
   */
  public static void require(String name) {
    if (!names().contains(name)) {
      throw new InvalidInputException(
          "\"dataset.format\" is \"" + name + "\", which is not a known format",
          "use one of " + String.join(", ", names()));
    }
  }

  /**
   * @throws InvalidInputException the spec names a column, and the format has none
   */
  static void requireColumns(SourceFormat format, DatasetSpec spec) {
    requireColumn(format, "imageColumn", spec.imageColumn());
    requireColumn(format, "labelColumn", spec.labelColumn());
  }

  private static void requireColumn(SourceFormat format, String field, String value) {
    if (value != null && !format.columns().contains(field)) {
      throw new InvalidInputException(
          "\"dataset.%s\" is given, but the source is in the format %s, which has no columns"
              .formatted(field, format.name()),
          "remove it; formats with columns are "
              + ALL.stream()
                  .filter(f -> f.columns().contains(field))
                  .map(SourceFormat::name)
                  .collect(Collectors.joining(", ")));
    }
  }

  /**
   * The format of a file or folder.
   *
   * @param name of the format, or {@link DatasetSpec#AUTO}
   * @param source names the data set in errors
   * @throws InvalidInputException there is no such format, or none matches
   */
  static SourceFormat of(String name, Path place, String source) {
    require(name);
    return ALL.stream()
        .filter(f -> name.equals(DatasetSpec.AUTO) ? f.matches(place) : f.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "dataset.source \""
                        + source
                        + (Files.isDirectory(place)
                            ? "\" has no images in it that are in a known format"
                            : "\" is a file, but in no known format"),
                    remedy()));
  }
}
