package io.winnow.cli.common;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Points in time as tables show them. */
public final class Timestamps {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private Timestamps() {}

  /** Local time, or {@code -} for null. */
  public static String text(Instant at) {
    return at == null ? "-" : FORMAT.format(at.atZone(ZoneId.systemDefault()));
  }
}
