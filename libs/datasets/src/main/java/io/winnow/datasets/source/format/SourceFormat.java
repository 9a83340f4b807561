package io.winnow.datasets.source.format;

import java.nio.file.Path;
import java.util.Set;

/**
 * A data set format. Implementations hold no state. To add a format, implement this interface and
 * add a line to {@link io.winnow.datasets.source.SourceFormats}.
 */
public interface SourceFormat {

  /** The value of {@code dataset.format}: lower-case letters, digits and hyphens. */
  String name();

  /** What the user provides, as a noun phrase for messages: {@code a folder of IDX files}. */
  String description();

  /**
   * Which of the fields {@code imageColumn} and {@code labelColumn} of a spec this format has; the
   * others are refused.
   */
  default Set<String> columns() {
    return Set.of();
  }

  /**
   * Whether {@code auto} selects this format for a file or folder. Looks at file names only, so
   * that a damaged file still gets its format's error message.
   */
  boolean matches(Path place);

  /**
   * Reads every header and label and the digest of the content. Decodes no image unless bad images
   * are skipped.
   *
   * @param place an existing file or folder, to be read through {@link ScanOptions#files()}
   * @throws io.winnow.contracts.InvalidInputException the data is damaged or incomplete; the
   *     message names the file and the remedy
   */
  ScannedSource scan(Path place, ScanOptions options);
}
