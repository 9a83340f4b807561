package io.winnow.local.text;

import java.util.regex.Pattern;

/** Shortens sha-256 digests for display. */
public final class ShortDigests {
  private static final Pattern DIGEST = Pattern.compile("\\b([0-9a-f]{12})[0-9a-f]+\\b");

  private ShortDigests() {}

  /** Cuts every run of more than 12 hexadecimal digits in a text to its first 12. */
  public static String in(String text) {
    return DIGEST.matcher(text).replaceAll("$1");
  }
}
