package io.winnow.datasets.source.image;

import java.util.List;
import java.util.Locale;

/**
 * Which warnings of a decoder leave the pixels right. Decoders only warn of damaged data, too: they
 * fill what is missing with grey, or go on with what they take for the next block.
 */
final class DecoderWarnings {
  /**
   * In lower case. Bytes between segments are skipped; profiles, thumbnails and other metadata that
   * cannot be read do not change the values; {@link JpegMarkers} decides on the colours; a palette
   * has no use in a grey PNG, nor beyond its last index.
   */
  private static final List<String> HARMLESS =
      List.of(
          "extraneous bytes before marker",
          "icc profile",
          "icc_profile",
          "color profile",
          "exif chunk",
          "adobe",
          "jfif",
          "jfxx",
          "thumbnail",
          "bogus app",
          "cannot have a plte chunk",
          "plte chunk contains too many entries",
          "trns chunk has more entries");

  private DecoderWarnings() {}

  /** Whether the pixels are right all the same; not if the warning is unknown. */
  static boolean harmless(String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    return HARMLESS.stream().anyMatch(text::contains);
  }
}
