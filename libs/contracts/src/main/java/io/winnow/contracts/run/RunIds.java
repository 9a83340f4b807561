package io.winnow.contracts.run;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** Creates ids that sort by time and contain the name of the run. */
public final class RunIds {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final int NAME = 32;

  private RunIds() {}

  /** Time, name and a few random digits, e.g. {@code 20260731-141503-fashion-4f2a}. */
  public static String create(String name, Instant now) {
    String usable = name.replaceAll("[^A-Za-z0-9_.-]+", "-");
    byte[] random = new byte[2];
    new SecureRandom().nextBytes(random);
    return TIME.format(now)
        + "-"
        + usable.substring(0, Math.min(NAME, usable.length()))
        + "-"
        + HexFormat.of().formatHex(random);
  }
}
