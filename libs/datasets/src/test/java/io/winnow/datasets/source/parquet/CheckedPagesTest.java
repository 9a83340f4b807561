package io.winnow.datasets.source.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A page of 16 values of an optional column whose values are positions in a dictionary. Of a run's
 * header the last bit says whether it is packed, the others how many numbers, or packs of 8,
 * follow.
 */
class CheckedPagesTest {
  private static final int VALUES = 16;
  private static final ColumnDescriptor COLUMN = column();
  private static final Statistics<?> NONE =
      Statistics.getBuilderForReading(COLUMN.getPrimitiveType()).build();

  // levels (a run of 16 ones, or 2 packs), width of the positions, positions
  @ParameterizedTest
  @CsvSource({
    "2001, 02, 2003", // runs of equal numbers
    "05ffff, 02, 0555555555", // packs
    "05ffff, 02, 05555555", // the last of them not whole
    "2001, 00, 05", // a dictionary of one word
  })
  void readsRunsThatCanBe(String levels, String width, String positions) throws IOException {
    // given
    byte[] level = HexFormat.of().parseHex(levels);
    byte[] data = HexFormat.of().parseHex(width + positions);

    // when
    DataPageV1 first = (DataPageV1) read(first(level, data));
    DataPageV2 second = (DataPageV2) read(second(level, data));

    // then nothing is lost
    assertThat(first.getBytes().toByteArray()).isEqualTo(joined(level, data));
    assertThat(second.getDefinitionLevels().toByteArray()).isEqualTo(level);
    assertThat(second.getData().toByteArray()).isEqualTo(data);
  }

  @ParameterizedTest
  @CsvSource({
    "ffffffff07, 02, 2003, a run of 8589934584 numbers",
    "2001, 02, ffffffff07, a run of 8589934584 numbers",
    "2001, 00, ffffff07, a run of 67108856 numbers", // of no bytes
    "2001, 08, 7f00, a run of 504 numbers", // of more bytes than there are
    "2001, 21, 2003, positions in a dictionary of 33 bits",
  })
  void refusesRunsThatCannotBe(String levels, String width, String positions, String problem) {
    // given
    byte[] level = HexFormat.of().parseHex(levels);
    byte[] data = HexFormat.of().parseHex(width + positions);

    for (DataPage page : new DataPage[] {first(level, data), second(level, data)}) {
      assertThatExceptionOfType(ParquetDecodingException.class)
          // when
          .isThrownBy(() -> read(page))
          // then
          .withMessageContaining(problem);
    }
  }

  private static DataPage read(DataPage page) {
    PageReader reader =
        new PageReader() {
          @Override
          public DictionaryPage readDictionaryPage() {
            return null;
          }

          @Override
          public long getTotalValueCount() {
            return VALUES;
          }

          @Override
          public DataPage readPage() {
            return page;
          }
        };
    PageReadStore store =
        new PageReadStore() {
          @Override
          public PageReader getPageReader(ColumnDescriptor column) {
            return reader;
          }

          @Override
          public long getRowCount() {
            return VALUES;
          }
        };
    return new CheckedPages(store).getPageReader(COLUMN).readPage();
  }

  private static DataPage first(byte[] levels, byte[] data) {
    byte[] all = joined(levels, data);
    return new DataPageV1(
        BytesInput.from(all),
        VALUES,
        all.length,
        NONE,
        Encoding.BIT_PACKED,
        Encoding.RLE,
        Encoding.RLE_DICTIONARY);
  }

  private static DataPage second(byte[] levels, byte[] data) {
    return DataPageV2.uncompressed(
        VALUES,
        0,
        VALUES,
        BytesInput.empty(),
        BytesInput.from(levels),
        Encoding.RLE_DICTIONARY,
        BytesInput.from(data),
        NONE);
  }

  /** The levels' length in 4 bytes, levels, data. */
  private static byte[] joined(byte[] levels, byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) levels.length, 0, 0, 0});
    out.writeBytes(levels);
    out.writeBytes(data);
    return out.toByteArray();
  }

  private static ColumnDescriptor column() {
    var type = Types.optional(PrimitiveTypeName.INT64).named("label");
    return new ColumnDescriptor(new String[] {"label"}, type, 0, 1);
  }
}
