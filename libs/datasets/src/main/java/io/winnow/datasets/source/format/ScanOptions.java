package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.OnBadImage;
import io.winnow.datasets.ReadListener;
import io.winnow.datasets.source.image.ImageResizing;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How to scan a source.
 *
 * @param source names the data set in errors, as the spec gives it
 * @param resizing how images are brought to one size
 * @param skipBadImages whether images that cannot be used are left out; otherwise the first of them
 *     fails the scan
 * @param reading hears of every piece that is read
 */
public record ScanOptions(
    String source, ImageResizing resizing, boolean skipBadImages, ReadListener reading) {

  /** The options that a spec asks for. */
  public static ScanOptions of(DatasetSpec spec, ReadListener reading) {
    return new ScanOptions(
        spec.source(), ImageResizing.of(spec), spec.onBadImage() == OnBadImage.SKIP, reading);
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
