package io.winnow.datasets.source.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A file of one column {@code label}: 4 bytes, then its pages. */
class ParquetGroupsTest {
  private static final PrimitiveType LABEL = Types.required(PrimitiveTypeName.INT32).named("label");
  private static final MessageType SCHEMA = new MessageType("schema", LABEL);
  private static final int PAYLOAD = 40;

  @TempDir Path folder;

  @Test
  void addsUpPages() throws IOException {
    // given
    List<PageHeader> pages = List.of(dictionary(10, 40), data(3, 100), second(7, 60, 8));

    // when
    long bytes = bytes(pages, 10, 0);

    // then
    assertThat(bytes).isEqualTo(40 + 100 + 60);
  }

  @Test
  void goesNoFurtherThanTheReader() throws IOException {
    // given as many values as the column has, and a page that cannot be behind them
    List<PageHeader> pages = List.of(data(10, 100), data(-1, 100));

    // when, then
    assertThat(bytes(pages, 10, 0)).isEqualTo(100);
  }

  static Stream<Arguments> pagesThatCannotBe() {
    return Stream.of(
        Arguments.of("a page reaches beyond the file", data(10, 100).setCompressed_page_size(41)),
        Arguments.of("a page has a negative size", data(10, -1)),
        Arguments.of("a page has a negative number of values", data(-1, 40)),
        Arguments.of("a column has too few values", data(9, 40)),
        Arguments.of("a dictionary has more values than bytes", dictionary(11, 40)),
        Arguments.of("a dictionary has more values than bytes", dictionary(-1, 40)),
        Arguments.of("the levels of a page reach beyond it", second(10, 60, 41)),
        Arguments.of("the levels of a page reach beyond it", second(10, 7, 8)),
        Arguments.of(
            "a page is encoded by DELTA_BINARY_PACKED",
            with(data(10, 40), h -> h.setEncoding(Encoding.DELTA_BINARY_PACKED))));
  }

  @ParameterizedTest
  @MethodSource("pagesThatCannotBe")
  void refusesAPageThatCannotBe(String problem, PageHeader page) {
    assertThatExceptionOfType(ParquetDecodingException.class)
        // when
        .isThrownBy(() -> bytes(List.of(page), 10, 0))
        // then
        .withMessage(problem);
  }

  @Test
  void refusesAColumnBeyondTheFile() {
    assertThatExceptionOfType(ParquetDecodingException.class)
        .isThrownBy(() -> bytes(List.of(data(10, 40)), 10, 1))
        .withMessage("a column reaches beyond the file");
  }

  @Test
  void refusesPagesOfMoreThanMayBeInMemory() {
    // given little on disk that says it is much
    List<PageHeader> pages = List.of(data(5, 200 << 20), data(5, 100 << 20));

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> bytes(pages, 10, 0))
        .withMessageContaining("x.parquet has a row group of 300 MiB of images");
  }

  private interface Change {
    void apply(DataPageHeader header);
  }

  private static PageHeader with(PageHeader page, Change change) {
    change.apply(page.getData_page_header());
    return page;
  }

  private static PageHeader data(int values, int bytes) {
    return new PageHeader(PageType.DATA_PAGE, bytes, PAYLOAD)
        .setData_page_header(
            new DataPageHeader(values, Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
  }

  private static PageHeader second(int values, int bytes, int levels) {
    return new PageHeader(PageType.DATA_PAGE_V2, bytes, PAYLOAD)
        .setData_page_header_v2(
            new DataPageHeaderV2(values, 0, values, Encoding.RLE_DICTIONARY, levels, 0));
  }

  private static PageHeader dictionary(int words, int bytes) {
    return new PageHeader(PageType.DICTIONARY_PAGE, bytes, PAYLOAD)
        .setDictionary_page_header(new DictionaryPageHeader(words, Encoding.PLAIN));
  }

  private long bytes(List<PageHeader> pages, int values, int beyond) throws IOException {
    Path file = folder.resolve("x.parquet");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write("PAR1".getBytes());
      for (PageHeader page : pages) {
        Util.writePageHeader(page, out);
        out.write(new byte[PAYLOAD]);
      }
    }
    BlockMetaData group = new BlockMetaData();
    group.addColumn(
        ColumnChunkMetaData.get(
            ColumnPath.get("label"),
            LABEL,
            CompressionCodecName.UNCOMPRESSED,
            null,
            Set.of(),
            Statistics.getBuilderForReading(LABEL).build(),
            4,
            0,
            values,
            Files.size(file) - 4 + beyond,
            0));
    return new ParquetGroups("x.parquet", new LocalInputFile(file), SCHEMA).bytes(group);
  }
}
