package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;

/**
 * Checks row groups before the library reads them, which allocates what a footer and the headers of
 * pages claim.
 */
final class ParquetGroups {
  private static final long MOST_BYTES = 256L << 20;

  /** The codecs that need no more of Hadoop than is there. */
  private static final Set<CompressionCodecName> CODECS =
      Set.of(
          CompressionCodecName.UNCOMPRESSED,
          CompressionCodecName.SNAPPY,
          CompressionCodecName.ZSTD);

  // others have headers of their own within a page, whose claims cannot be checked from outside
  private static final Set<Encoding> VALUES =
      Set.of(Encoding.PLAIN, Encoding.PLAIN_DICTIONARY, Encoding.RLE_DICTIONARY);
  private static final Set<Encoding> LEVELS = Set.of(Encoding.RLE, Encoding.BIT_PACKED);
  // a dictionary's word is at least its length, or an int
  private static final int LEAST_WORD = 4;

  private final String name;
  private final InputFile file;
  private final MessageType schema;

  /**
   * @param name of the file, for errors
   * @param schema with the columns that are read
   */
  ParquetGroups(String name, InputFile file, MessageType schema) {
    this.name = name;
    this.file = file;
    this.schema = schema;
  }

  /**
   * What the footer says of a group.
   *
   * @throws InvalidInputException it cannot be read
   */
  void check(BlockMetaData group) {
    long bytes = 0;
    for (ColumnChunkMetaData column : columns(group)) {
      if (!CODECS.contains(column.getCodec())) {
        throw new InvalidInputException(
            name + " is compressed by " + column.getCodec().name().toLowerCase(Locale.ROOT),
            "write it compressed by snappy or zstd, or not at all");
      }
      for (Encoding encoding : column.getEncodings()) {
        if (!VALUES.contains(encoding) && !LEVELS.contains(encoding)) {
          throw new InvalidInputException(
              name + " has a column encoded by " + encoding,
              "write it with plain or dictionary encoding, as writers do unless told otherwise");
        }
      }
      bytes += Math.max(column.getTotalUncompressedSize(), column.getTotalSize());
    }
    requireRoom(bytes);
  }

  /**
   * What the headers of a group's pages say.
   *
   * @return bytes of all pages, unpacked
   * @throws InvalidInputException more than may be in memory at a time
   * @throws ParquetDecodingException a page that cannot be there
   */
  long bytes(BlockMetaData group) throws IOException {
    long bytes = 0;
    try (SeekableInputStream in = file.newStream()) {
      for (ColumnChunkMetaData column : columns(group)) {
        bytes += bytes(in, column);
      }
    }
    requireRoom(bytes);
    return bytes;
  }

  private List<ColumnChunkMetaData> columns(BlockMetaData group) {
    return group.getColumns().stream()
        .filter(column -> schema.containsPath(column.getPath().toArray()))
        .toList();
  }

  private void requireRoom(long bytes) {
    if (bytes > MOST_BYTES) {
      throw new InvalidInputException(
          "%s has a row group of %d MiB of images".formatted(name, bytes >> 20),
          "write it with row groups of at most " + (MOST_BYTES >> 20) + " MiB");
    }
  }

  private long bytes(SeekableInputStream in, ColumnChunkMetaData column) throws IOException {
    long length = file.getLength();
    long at = column.getStartingPos();
    require(at >= 0 && column.getTotalSize() <= length - at, "a column reaches beyond the file");
    long bytes = 0;
    // the reader goes by values, too
    for (long values = 0; values < column.getValueCount(); ) {
      require(at < length, "a column has too few values");
      in.seek(at);
      PageHeader header = Util.readPageHeader(in);
      int packed = header.getCompressed_page_size();
      at = in.getPos() + packed;
      require(packed >= 0 && at <= length, "a page reaches beyond the file");
      require(header.getUncompressed_page_size() >= 0, "a page has a negative size");
      bytes += header.getUncompressed_page_size();
      values += values(header);
    }
    return bytes;
  }

  private static int values(PageHeader header) {
    switch (header.getType()) {
      case DICTIONARY_PAGE:
        require(header.isSetDictionary_page_header(), "a page has no header");
        int words = header.getDictionary_page_header().getNum_values();
        require(
            words >= 0 && words <= header.getUncompressed_page_size() / LEAST_WORD,
            "a dictionary has more words than bytes");
        return 0;
      case DATA_PAGE:
        require(header.isSetData_page_header(), "a page has no header");
        return values(
            header.getData_page_header().getNum_values(),
            header.getData_page_header().getEncoding());
      case DATA_PAGE_V2:
        require(header.isSetData_page_header_v2(), "a page has no header");
        DataPageHeaderV2 second = header.getData_page_header_v2();
        requireLevels(header, second);
        return values(second.getNum_values(), second.getEncoding());
      default:
        return 0;
    }
  }

  private static void requireLevels(PageHeader header, DataPageHeaderV2 second) {
    long repetitions = second.getRepetition_levels_byte_length();
    long definitions = second.getDefinition_levels_byte_length();
    int page = Math.min(header.getCompressed_page_size(), header.getUncompressed_page_size());
    require(
        repetitions >= 0 && definitions >= 0 && repetitions + definitions <= page,
        "a page's levels reach beyond it");
  }

  private static int values(int values, org.apache.parquet.format.Encoding encoding) {
    require(
        encoding != null && VALUES.contains(Encoding.valueOf(encoding.name())),
        "a page is encoded by " + encoding);
    require(values >= 0, "a page has a negative number of values");
    return values;
  }

  static void require(boolean sane, String what) {
    if (!sane) {
      throw new ParquetDecodingException(what);
    }
  }
}
