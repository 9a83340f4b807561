package io.winnow.local.text;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import io.winnow.contracts.Shown;
import java.util.List;

/** Tables as text. */
public final class Tables {
  private static final int MAX_WIDTH = 60;

  private Tables() {}

  /**
   * Formats a table; cells wrap after 60 characters, and their control characters are escaped.
   *
   * @param header one title per column
   * @param rows one cell per column
   * @param numbers whether all columns except the first are right-aligned
   */
  public static String of(List<String> header, List<List<String>> rows, boolean numbers) {
    Column[] columns = new Column[header.size()];
    for (int i = 0; i < columns.length; i++) {
      HorizontalAlign align = numbers && i > 0 ? HorizontalAlign.RIGHT : HorizontalAlign.LEFT;
      columns[i] =
          new Column()
              .header(header.get(i))
              .headerAlign(align)
              .dataAlign(align)
              .maxWidth(MAX_WIDTH);
    }
    String[][] cells =
        rows.stream()
            .map(row -> row.stream().map(Shown::line).toArray(String[]::new))
            .toArray(String[][]::new);
    return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, columns, cells);
  }
}
