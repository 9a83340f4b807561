package io.winnow.local.text;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;

/** Tables for people. */
public final class Tables {
  private static final int MAX_WIDTH = 60;

  private Tables() {}

  /**
   * @param header one title a column
   * @param rows as many cells each
   * @param numbers whether all columns but the first are aligned to the right
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
    String[][] cells = rows.stream().map(r -> r.toArray(String[]::new)).toArray(String[][]::new);
    return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, columns, cells);
  }
}
