package io.winnow.selection.card;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** A white picture to draw on, in pixels from its upper left corner. Needs no screen. */
final class Canvas implements AutoCloseable {
  /** Of every picture of the card: a telephone shows it at about half its size. */
  static final int WIDTH = 900;

  static final int MARGIN = 24;
  static final double TITLE = 28;
  static final double TEXT = 20;
  static final double SMALL = 17;
  static final Color INK = new Color(0x22, 0x22, 0x22);
  static final Color FAINT_INK = new Color(0x5A, 0x5A, 0x5A);
  static final Color LINE = new Color(0xC4, 0xC4, 0xC4);

  /** Of rows that were left out. */
  static final Color PRUNED = new Color(0xCC, 0xCC, 0xCC);

  /** Where a text's {@code x} lies in it. */
  enum Anchor {
    LEFT,
    RIGHT
  }

  private final BufferedImage picture;
  private final Graphics2D graphics;
  private final Lettering lettering;

  Canvas(int height, Lettering lettering) {
    this.picture = new BufferedImage(WIDTH, height, BufferedImage.TYPE_3BYTE_BGR);
    this.graphics = picture.createGraphics();
    this.lettering = lettering;
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, height);
  }

  void text(String text, double x, double baseline, double size, Color colour) {
    text(text, x, baseline, size, colour, Anchor.LEFT);
  }

  void text(String text, double x, double baseline, double size, Color colour, Anchor anchor) {
    double left = anchor == Anchor.LEFT ? x : x - lettering.width(text, size);
    graphics.setColor(colour);
    graphics.fill(lettering.shape(text, left, baseline, size));
  }

  void dot(double x, double y, double radius, Color colour) {
    graphics.setColor(colour);
    graphics.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  void box(double x, double y, double width, double height, Color colour) {
    graphics.setColor(colour);
    graphics.fill(new Rectangle2D.Double(x, y, width, height));
  }

  void frame(double x, double y, double width, double height, Color colour) {
    graphics.setColor(colour);
    graphics.setStroke(new BasicStroke(1));
    graphics.draw(new Rectangle2D.Double(x, y, width, height));
  }

  void line(double x1, double y1, double x2, double y2, Color colour) {
    graphics.setColor(colour);
    graphics.setStroke(new BasicStroke(1));
    graphics.draw(new Line2D.Double(x1, y1, x2, y2));
  }

  /** A PNG, 8 bits a channel. */
  byte[] png() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(picture, "png", out)) {
        throw new IllegalStateException("this JDK has no PNG writer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    graphics.dispose();
  }

  /** A text in lines that fit between the margins. */
  static List<String> lines(Lettering lettering, String text, double size) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && lettering.width(longer, size) > WIDTH - 2 * MARGIN) {
        lines.add(line.toString());
        line = new StringBuilder(word);
      } else {
        line = new StringBuilder(longer);
      }
    }
    lines.add(line.toString());
    return lines;
  }
}
