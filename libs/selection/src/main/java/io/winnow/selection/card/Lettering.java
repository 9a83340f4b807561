package io.winnow.selection.card;

import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * Letters as outlines from a resource, not from the machine's fonts: a picture has the same letters
 * everywhere, and a machine without fonts can make one. Latin, Greek and Cyrillic letters; another
 * one is drawn as an empty box.
 */
final class Lettering {
  private static final String RESOURCE = "lettering.txt";
  private static final int BOX = 0x25A1;
  private static final String ELLIPSIS = "…";

  private final double unitsPerEm;
  private final Map<Integer, Glyph> glyphs;

  private record Glyph(int advance, Path2D outline) {}

  private Lettering(double unitsPerEm, Map<Integer, Glyph> glyphs) {
    this.unitsPerEm = unitsPerEm;
    this.glyphs = glyphs;
  }

  /**
   * Reads the resource: a line with the units an em has, then a line a letter: code point, advance
   * and the outline as {@code M x y}, {@code L x y}, {@code Q cx cy x y} and {@code Z}, y downwards
   * from the baseline.
   */
  static Lettering load() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Lettering.class.getResourceAsStream(RESOURCE), StandardCharsets.US_ASCII))) {
      double unitsPerEm = Double.parseDouble(in.readLine());
      Map<Integer, Glyph> glyphs = new HashMap<>();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        StringTokenizer words = new StringTokenizer(line);
        glyphs.put(number(words), new Glyph(number(words), outline(words)));
      }
      return new Lettering(unitsPerEm, glyphs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param size of an em, in pixels
   */
  double width(String text, double size) {
    return text.codePoints().mapToDouble(c -> glyph(c).advance()).sum() * size / unitsPerEm;
  }

  /** The text, or as much of it as fits with an ellipsis behind. */
  String fit(String text, double size, double width) {
    if (width(text, size) <= width) {
      return text;
    }
    int[] codePoints = text.codePoints().toArray();
    int length = codePoints.length;
    while (length > 0 && width(new String(codePoints, 0, length) + ELLIPSIS, size) > width) {
      length--;
    }
    return new String(codePoints, 0, length).strip() + ELLIPSIS;
  }

  /**
   * The text as a shape.
   *
   * @param x left edge
   * @param y baseline
   */
  Path2D shape(String text, double x, double y, double size) {
    double scale = size / unitsPerEm;
    Path2D shape = new Path2D.Double(Path2D.WIND_NON_ZERO);
    double at = x;
    for (int codePoint : text.codePoints().toArray()) {
      Glyph glyph = glyph(codePoint);
      AffineTransform place = new AffineTransform(scale, 0, 0, scale, at, y);
      shape.append(glyph.outline().getPathIterator(place), false);
      at += glyph.advance() * scale;
    }
    return shape;
  }

  private Glyph glyph(int codePoint) {
    return glyphs.getOrDefault(codePoint, glyphs.get(BOX));
  }

  private static Path2D outline(StringTokenizer words) {
    Path2D outline = new Path2D.Double(Path2D.WIND_NON_ZERO);
    while (words.hasMoreTokens()) {
      String command = words.nextToken();
      switch (command) {
        case "M" -> outline.moveTo(number(words), number(words));
        case "L" -> outline.lineTo(number(words), number(words));
        case "Q" -> outline.quadTo(number(words), number(words), number(words), number(words));
        case "Z" -> outline.closePath();
        default -> throw new IllegalStateException(RESOURCE + " has a command " + command);
      }
    }
    return outline;
  }

  private static int number(StringTokenizer words) {
    return Integer.parseInt(words.nextToken());
  }
}
