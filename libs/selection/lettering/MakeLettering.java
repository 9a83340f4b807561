import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.geom.PathIterator;
import java.io.File;
import java.io.PrintStream;
import java.util.stream.IntStream;

/**
 * Writes the letters of the card's pictures, in font units, from DejaVu Sans (see the LICENSE beside
 * the resource):
 *
 * <pre>
 * java selector-service/lettering/MakeLettering.java DejaVuSans.ttf \
 *   &gt; selector-service/src/main/resources/io/winnow/selector/card/lettering.txt
 * </pre>
 */
class MakeLettering {
  private static final int UNITS = 2048;

  public static void main(String[] args) throws Exception {
    Font font = Font.createFont(Font.TRUETYPE_FONT, new File(args[0])).deriveFont((float) UNITS);
    FontRenderContext context = new FontRenderContext(new AffineTransform(), true, true);
    // Latin with its accents, Greek, Cyrillic, punctuation, some signs; the box is for all others
    IntStream letters =
        IntStream.of(
                range(0x20, 0x7E),
                range(0xA0, 0x17F),
                range(0x384, 0x3CE),
                range(0x400, 0x45F),
                range(0x2010, 0x2026))
            .flatMap(r -> IntStream.rangeClosed(r >>> 16, r & 0xFFFF));
    PrintStream out = new PrintStream(System.out, false, "US-ASCII");
    out.println(UNITS);
    IntStream.concat(letters, IntStream.of(0x20AC, 0x2190, 0x2192, 0x2212, 0x2264, 0x2265, 0x25A1))
        .filter(font::canDisplay)
        .forEach(
            letter -> {
              GlyphVector glyph =
                  font.createGlyphVector(context, new String(Character.toChars(letter)));
              out.print(letter + " " + Math.round(glyph.getGlyphMetrics(0).getAdvanceX()));
              write(glyph.getOutline().getPathIterator(null), out);
              out.println();
            });
    out.flush();
  }

  private static int range(int first, int last) {
    return first << 16 | last;
  }

  private static void write(PathIterator path, PrintStream out) {
    float[] c = new float[6];
    for (; !path.isDone(); path.next()) {
      int kind = path.currentSegment(c);
      int numbers =
          switch (kind) {
            case PathIterator.SEG_MOVETO, PathIterator.SEG_LINETO -> 2;
            case PathIterator.SEG_QUADTO -> 4;
            case PathIterator.SEG_CLOSE -> 0;
            default -> throw new IllegalStateException("not a TrueType outline");
          };
      out.print(" " + "MLQ.Z".charAt(kind));
      for (int i = 0; i < numbers; i++) {
        out.print(" " + Math.round(c[i]));
      }
    }
  }
}
