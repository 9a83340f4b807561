package io.winnow.datasets.source.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.datasets.source.format.LabelVocabulary.Label;
import io.winnow.datasets.source.format.SampleReader;
import io.winnow.datasets.source.format.SourceFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * The labelled images of one Parquet file: a struct {@code image} or {@code img} with the encoded
 * image in {@code bytes}, and an integer or string column {@code label}. No other column is read.
 * Memory holds the encoded images of one row group.
 */
final class ParquetSamples implements SampleReader {
  private static final List<String> IMAGES = List.of("image", "img");
  private static final String BYTES = "bytes";
  private static final String LABEL = "label";
  private static final ObjectMapper MAPPER = Json.mapper();

  private final String name;
  private final ParquetFileReader file;
  private final ParquetGroups groups;
  private final MessageType schema;
  private final ColumnDescriptor image;
  private final ColumnDescriptor label;
  private ColumnReader images;
  private ColumnReader labels;
  private int group;
  private long groupBytes;
  private long left;
  private long row;

  private ParquetSamples(String name, ParquetFileReader file, InputFile input) {
    this.name = name;
    this.file = file;
    MessageType whole = file.getFileMetaData().getSchema();
    this.image = image(whole);
    this.label = label(whole);
    List<Type> wanted = new ArrayList<>();
    Type struct = whole.getType(image.getPath()[0]);
    wanted.add(struct.asGroupType().withNewFields(struct.asGroupType().getType(BYTES)));
    wanted.add(whole.getType(LABEL));
    this.schema = new MessageType(whole.getName(), wanted);
    file.setRequestedSchema(schema);
    this.groups = new ParquetGroups(name, input, schema);
    file.getRowGroups().forEach(groups::check);
  }

  /**
   * @param name of the file, for errors
   * @throws InvalidInputException not a Parquet file, or without these columns
   */
  static ParquetSamples open(Path path, String name) {
    ParquetFileReader file = reader(path, name);
    try {
      return new ParquetSamples(name, file, new LocalInputFile(path));
    } catch (RuntimeException e) {
      try {
        file.close();
      } catch (IOException ignored) {
        e.addSuppressed(ignored);
      }
      throw e;
    }
  }

  private static ParquetFileReader reader(Path path, String name) {
    try {
      return ParquetFileReader.open(
          new LocalInputFile(path),
          ParquetReadOptions.builder(new PlainParquetConfiguration()).build());
    } catch (IOException | RuntimeException e) {
      throw damaged(name, e);
    }
  }

  /**
   * The class names that Hugging Face's libraries store in the file's metadata ({@code
   * huggingface}: {@code info.features.label.names}); empty if there are none.
   */
  static List<String> classNames(Path path) {
    String name = SourceFiles.name(path);
    try (ParquetFileReader file = reader(path, name)) {
      String json = file.getFileMetaData().getKeyValueMetaData().get("huggingface");
      List<String> names = new ArrayList<>();
      if (json != null) {
        JsonNode label = MAPPER.readTree(json).path("info").path("features").path(LABEL);
        label.path("names").forEach(n -> names.add(n.asText()));
      }
      return names;
    } catch (IOException e) {
      throw damaged(name, e);
    }
  }

  private ColumnDescriptor image(MessageType whole) {
    for (String column : IMAGES) {
      if (whole.containsField(column) && !whole.getType(column).isPrimitive()) {
        String[] path = {column, BYTES};
        if (whole.containsPath(path)
            && whole.getColumnDescription(path).getMaxRepetitionLevel() == 0
            && whole.getColumnDescription(path).getPrimitiveType().getPrimitiveTypeName()
                == PrimitiveTypeName.BINARY) {
          return whole.getColumnDescription(path);
        }
      }
    }
    throw columns(whole, "a column image (or img) with the encoded image in bytes");
  }

  private ColumnDescriptor label(MessageType whole) {
    String[] path = {LABEL};
    if (whole.containsPath(path) && whole.getColumnDescription(path).getMaxRepetitionLevel() == 0) {
      ColumnDescriptor column = whole.getColumnDescription(path);
      switch (column.getPrimitiveType().getPrimitiveTypeName()) {
        case INT64, INT32, BINARY:
          return column;
        default:
      }
    }
    throw columns(whole, "a column label with a class's index or name");
  }

  private InvalidInputException columns(MessageType whole, String missing) {
    return new InvalidInputException(
        name + " lacks a required column: " + missing,
        "write image and label columns as on the Hugging Face Hub; the file has "
            + whole.getFields().stream().map(Type::getName).toList());
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
      byte[] content = binary(present(images, image, sample, "image"), sample).getBytes();
      Label of = label(present(labels, label, sample, LABEL), sample);
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
    ColumnReadStoreImpl columns =
        new ColumnReadStoreImpl(
            read,
            new GroupRecordConverter(schema).getRootConverter(),
            schema,
            file.getFileMetaData().getCreatedBy());
    images = columns.getColumnReader(image);
    labels = columns.getColumnReader(label);
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
    return switch (label.getPrimitiveType().getPrimitiveTypeName()) {
      case INT64 -> Label.index(reader.getLong());
      case INT32 -> Label.index(reader.getInteger());
      default -> Label.name(binary(reader, sample).toStringUsingUTF8());
    };
  }

  private static InvalidInputException damaged(String name, Exception e) {
    return new InvalidInputException(
        name + " is not a readable Parquet file: " + Causes.of(e), "download or recreate it", e);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
