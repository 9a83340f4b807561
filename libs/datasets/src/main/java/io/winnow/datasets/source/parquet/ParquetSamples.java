package io.winnow.datasets.source.parquet;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.LabelVocabulary.Label;
import io.winnow.datasets.source.format.SampleReader;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.SourceFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * The labelled images of one Parquet file, in the columns {@link ParquetColumns}. No other column
 * is read. Where the file names its classes, a label is the name, otherwise its index. Memory holds
 * the encoded images of one row group.
 */
final class ParquetSamples implements SampleReader {
  /** The label of images whose class is not published. */
  private static final int HIDDEN = -1;

  private final String name;
  private final ParquetFileReader file;
  private final ParquetGroups groups;
  private final MessageType schema;
  private final ParquetColumns columns;
  private ColumnReader images;
  private ColumnReader labels;
  private int group;
  private long groupBytes;
  private long left;
  private long row;

  private ParquetSamples(
      String name, ParquetFileReader file, InputFile input, ParquetColumns columns) {
    this.name = name;
    this.file = file;
    this.columns = columns;
    MessageType whole = file.getFileMetaData().getSchema();
    this.schema =
        new MessageType(
            whole.getName(), wanted(whole, columns.image()), wanted(whole, columns.label()));
    file.setRequestedSchema(schema);
    this.groups = new ParquetGroups(name, input, schema);
    file.getRowGroups().forEach(groups::check);
  }

  /** The column's type, and of a struct only the field that is read. */
  private static Type wanted(MessageType whole, ColumnDescriptor column) {
    Type type = whole.getType(column.getPath()[0]);
    return type.isPrimitive()
        ? type
        : type.asGroupType().withNewFields(type.asGroupType().getType(column.getPath()[1]));
  }

  /**
   * @param path a file of the source
   * @param columns of that file
   * @throws InvalidInputException not a readable Parquet file
   */
  static ParquetSamples open(SourceFolder source, Path path, ParquetColumns columns) {
    String name = source.relative(path);
    InputFile input = new SourceInput(source, path);
    ParquetFileReader file = reader(name, input);
    try {
      return new ParquetSamples(name, file, input, columns);
    } catch (RuntimeException e) {
      try {
        file.close();
      } catch (IOException ignored) {
        e.addSuppressed(ignored);
      }
      throw e;
    }
  }

  private static ParquetFileReader reader(String name, InputFile input) {
    try {
      return ParquetFileReader.open(
          input,
          ParquetReadOptions.builder(new PlainParquetConfiguration())
              .withCodecFactory(new PageCodecs())
              .build());
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(name, e);
    }
  }

  /**
   * The columns of a file.
   *
   * @throws InvalidInputException not a readable Parquet file, or without these columns
   */
  static ParquetColumns columns(SourceFolder source, Path path, ScanOptions options) {
    String name = source.relative(path);
    try (ParquetFileReader file = reader(name, new SourceInput(source, path))) {
      return ParquetColumns.of(name, file.getFileMetaData(), options);
    } catch (IOException e) {
      throw damaged(name, e);
    }
  }

  @Override
  public Optional<Sample> next() {
    try {
      while (left == 0) {
        if (group == file.getRowGroups().size()) {
          return Optional.empty();
        }
        openGroup(group++);
      }
      String sample = name + ": row " + row++;
      left--;
      byte[] content = binary(present(images, columns.image(), sample, "image"), sample).getBytes();
      Label of = label(present(labels, columns.label(), sample, "label"), sample);
      images.consume();
      labels.consume();
      return Optional.of(new Sample(sample, content, of));
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(name, e);
    }
  }

  private void openGroup(int group) throws IOException {
    groupBytes = groups.bytes(file.getRowGroups().get(group));
    PageReadStore read = new CheckedPages(file.readRowGroup(group));
    ColumnReadStoreImpl readers =
        new ColumnReadStoreImpl(
            read,
            new GroupRecordConverter(schema).getRootConverter(),
            schema,
            file.getFileMetaData().getCreatedBy());
    images = readers.getColumnReader(schema.getColumnDescription(columns.image().getPath()));
    labels = readers.getColumnReader(schema.getColumnDescription(columns.label().getPath()));
    left = read.getRowCount();
  }

  // values in a dictionary claim their own lengths
  private Binary binary(ColumnReader reader, String sample) {
    Binary value = reader.getBinary();
    if (value.length() < 0 || value.length() > groupBytes) {
      throw new ParquetDecodingException(sample + " claims " + value.length() + " bytes");
    }
    return value;
  }

  private static ColumnReader present(
      ColumnReader reader, ColumnDescriptor column, String sample, String what) {
    if (reader.getCurrentDefinitionLevel() < column.getMaxDefinitionLevel()) {
      throw new InvalidInputException(
          sample + " has no " + what, "store the images and labels in the file, not paths to them");
    }
    return reader;
  }

  private Label label(ColumnReader reader, String sample) {
    return switch (columns.label().getPrimitiveType().getPrimitiveTypeName()) {
      case INT64 -> label(reader.getLong(), sample);
      case INT32 -> label(reader.getInteger(), sample);
      default -> Label.name(binary(reader, sample).toStringUsingUTF8());
    };
  }

  private Label label(long index, String sample) {
    List<String> names = columns.names();
    if (names.isEmpty() || index == HIDDEN) {
      return Label.index(index);
    }
    if (index < 0 || index >= names.size()) {
      throw new InvalidInputException(
          "%s has label %d, but the file names %d classes".formatted(sample, index, names.size()),
          "use only these classes, or name all of them in the file's metadata");
    }
    return Label.name(names.get((int) index));
  }

  // other messages may quote the file's content
  private static InvalidInputException damaged(String name, Exception e) {
    String why = e instanceof ParquetDecodingException ? ": " + Causes.of(e) : "";
    return new InvalidInputException(
        name + " is not a readable Parquet file" + why, "download or recreate it", e);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
