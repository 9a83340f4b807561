package io.winnow.datasets.source.parquet;

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
 * Checks row groups before the Parquet library reads them: it allocates whatever the footer and the
 * page headers claim.
 */
final class ParquetGroups {
  private static final long MAX_BYTES = 256L << 20;

  /** The codecs of {@link PageCodecs}. */
  private static final Set<CompressionCodecName> CODECS =
      Set.of(
          CompressionCodecName.UNCOMPRESSED,
          CompressionCodecName.GZIP,
          CompressionCodecName.SNAPPY,
          CompressionCodecName.ZSTD);

  // other encodings have headers within the page, whose claims cannot be checked from outside
  private static final Set<Encoding> VALUES =
      Set.of(Encoding.PLAIN, Encoding.PLAIN_DICTIONARY, Encoding.RLE_DICTIONARY);
  private static final Set<Encoding> LEVELS = Set.of(Encoding.RLE, Encoding.BIT_PACKED);
  // a value in a dictionary is an int, or is preceded by its length
  private static final int MIN_DICTIONARY_VALUE = 4;

  private final String name;
  private final InputFile file;
  private final MessageType schema;

  /**
   * @param name of the file, for errors
   * @param schema the columns that are read
   */
  ParquetGroups(String name, InputFile file, MessageType schema) {
    this.name = name;
    this.file = file;
    this.schema = schema;
  }

  /**
   * Checks what the footer says about a group.
   *
   * @throws InvalidInputException an unsupported codec or encoding, or more bytes than allowed
   */
  void check(BlockMetaData group) {
    long bytes = 0;
    for (ColumnChunkMetaData column : columns(group)) {
      if (!CODECS.contains(column.getCodec())) {
        throw new InvalidInputException(
            name + " is compressed by " + column.getCodec().name().toLowerCase(Locale.ROOT),
            "write it with snappy, zstd or gzip compression, or uncompressed");
      }
      for (Encoding encoding : column.getEncodings()) {
        if (!VALUES.contains(encoding) && !LEVELS.contains(encoding)) {
          throw new InvalidInputException(
              name + " has a column encoded by " + encoding,
              "write it with plain or dictionary encoding, the default of most writers");
        }
      }
      bytes += Math.max(column.getTotalUncompressedSize(), column.getTotalSize());
    }
    requireMemory(bytes);
  }

  /**
   * Checks what the page headers of a group say.
   *
   * @return bytes of all pages, uncompressed
   * @throws InvalidInputException more bytes than allowed
   * @throws ParquetDecodingException a page header that cannot be true
   */
  long bytes(BlockMetaData group) throws IOException {
    long bytes = 0;
    try (SeekableInputStream in = file.newStream()) {
      for (ColumnChunkMetaData column : columns(group)) {
        bytes += bytes(in, column);
      }
    }
    requireMemory(bytes);
    return bytes;
  }

  private List<ColumnChunkMetaData> columns(BlockMetaData group) {
    return group.getColumns().stream()
        .filter(column -> schema.containsPath(column.getPath().toArray()))
        .toList();
  }

  private void requireMemory(long bytes) {
    if (bytes > MAX_BYTES) {
      throw new InvalidInputException(
          "%s has a row group of %d MiB of images".formatted(name, bytes >> 20),
          "write it with row groups of at most " + (MAX_BYTES >> 20) + " MiB");
    }
  }

  private long bytes(SeekableInputStream in, ColumnChunkMetaData column) throws IOException {
    long length = file.getLength();
    long at = column.getStartingPos();
    require(at >= 0 && column.getTotalSize() <= length - at, "a column reaches beyond the file");
    long bytes = 0;
    // the library's reader also counts values, not bytes
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
        int values = header.getDictionary_page_header().getNum_values();
        require(
            values >= 0 && values <= header.getUncompressed_page_size() / MIN_DICTIONARY_VALUE,
            "a dictionary has more values than bytes");
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
        "the levels of a page reach beyond it");
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
