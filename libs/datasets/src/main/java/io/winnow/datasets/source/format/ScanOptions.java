package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.OnBadImage;
import io.winnow.datasets.source.image.ImageResizing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to scan a source.
 *
 * @param source names the data set in errors, as the spec gives it
 * @param resizing how images are brought to one size
 * @param skipBadImages whether images that cannot be used are left out; otherwise the first of them
 *     fails the scan
 * @param imageColumn the column of the images, if the spec names one
 * @param labelColumn the column of the labels, if the spec names one
 * @param files the source's files
 */
public record ScanOptions(
    String source,
    ImageResizing resizing,
    boolean skipBadImages,
    Optional<String> imageColumn,
    Optional<String> labelColumn,
    SourceFolder files) {

  /** The options that a spec asks for. */
  public static ScanOptions of(DatasetSpec spec, SourceFolder files) {
    return new ScanOptions(
        spec.source(),
        ImageResizing.of(spec),
        spec.onBadImage() == OnBadImage.SKIP,
        Optional.ofNullable(spec.imageColumn()),
        Optional.ofNullable(spec.labelColumn()),
        files);
  }

  /** The same options for a folder of an archive. */
  public ScanOptions within(Path folder) {
    return new ScanOptions(
        source, resizing, skipBadImages, imageColumn, labelColumn, files.within(folder));
  }

  /**
   * @throws InvalidInputException the place is a file
   */
  public void requireFolder(Path place) {
    if (!Files.isDirectory(place)) {
      throw new InvalidInputException(
          "dataset.source \"" + source + "\" is not a folder",
          "give the folder that contains the data, or remove dataset.format to detect the format");
    }
  }
}
