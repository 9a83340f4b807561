package io.winnow.datasets.source.format;

import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.image.ImageResizing;
import java.io.IOException;
import java.util.Arrays;

/** Resizes the rows of another reader. */
public final class ResizedRows implements RowReader {
  private final RowReader rows;
  private final ImageShape from;
  private final ImageResizing resizing;

  private ResizedRows(RowReader rows, ImageShape from, ImageResizing resizing) {
    this.rows = rows;
    this.from = from;
    this.resizing = resizing;
  }

  /**
   * @param from the shape of every row of {@code rows}
   * @return {@code rows} itself if nothing is resized
   */
  public static RowReader of(RowReader rows, ImageShape from, ImageResizing resizing) {
    return resizing.none() ? rows : new ResizedRows(rows, from, resizing);
  }

  @Override
  public void next(byte[] pixels, int offset) throws IOException {
    byte[] row = new byte[from.bytes()];
    rows.next(row, 0);
    int plane = from.height() * from.width();
    for (int c = 0; c < from.channels(); c++) {
      resizing.apply(
          Arrays.copyOfRange(row, c * plane, (c + 1) * plane),
          from.width(),
          from.height(),
          pixels,
          offset + c * resizing.size() * resizing.size());
    }
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
