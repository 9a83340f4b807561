package io.winnow.datasets.source.webdataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.datasets.source.format.LabelVocabulary.Label;
import io.winnow.datasets.source.format.SampleReader;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The samples of one shard, read directly from the tar: nothing is unpacked to disk. A sample is a
 * sequence of adjacent members with the same key, which is the name up to the first dot of its last
 * part. The text after that dot is the member's kind. Hidden members, members without a kind, and
 * sequences with neither image nor label are ignored, unless a kind of theirs ends in that of an
 * image or a label: its key has a dot then. A tar has to be whole, see {@link TarEnd}.
 */
final class TarSamples implements SampleReader {
  private static final int MAX_IMAGE = 256 << 20;
  private static final int MAX_LABEL = 1 << 20;

  private static final ObjectMapper MAPPER = Json.mapper();

  private final TarMembers members;
  private final String shard;
  private boolean more;
  private String key;
  private String kind;

  private TarSamples(TarMembers members) {
    this.members = members;
    this.shard = members.shard();
  }

  /**
   * @param source the folder of the shard
   * @param name of the shard, for errors
   * @throws InvalidInputException it cannot be opened
   */
  static TarSamples open(SourceFolder source, Path file, String name) {
    TarMembers members = TarMembers.open(source, file, name);
    try {
      TarSamples samples = new TarSamples(members);
      samples.advance();
      return samples;
    } catch (IOException | RuntimeException e) {
      throw members.failed(e);
    }
  }

  @Override
  public Optional<Sample> next() {
    try {
      while (more) {
        Optional<Sample> sample = gather();
        if (sample.isPresent()) {
          return sample;
        }
      }
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      throw TarMembers.damaged(shard, e);
    }
  }

  private Optional<Sample> gather() throws IOException {
    String sample = key;
    String imageName = null;
    byte[] image = null;
    Label fromCls = null;
    Label fromJson = null;
    String dotted = null;
    for (; more && key.equals(sample); advance()) {
      String name = members.shown();
      if (SourceFiles.IMAGE_ENDINGS.contains(kind)) {
        if (image != null) {
          throw new InvalidInputException(
              shard + ": sample " + sample + " has two images", "provide one image per sample");
        }
        imageName = name;
        image = members.content(MAX_IMAGE);
      } else if (kind.equals("cls")) {
        String text = new String(members.content(MAX_LABEL), StandardCharsets.UTF_8).strip();
        fromCls = text.isEmpty() ? null : Label.of(text);
      } else if (kind.equals("json")) {
        fromJson = json(members.content(MAX_LABEL), name);
      } else if (endsInKind(kind)) {
        dotted = name;
      }
    }
    Label label = fromCls != null ? fromCls : fromJson;
    if ((image == null || label == null) && dotted != null) {
      throw new InvalidInputException(
          dotted + " has a dot in its key, which ends at the first dot of a name",
          "rename the sample's members so that only the kind follows a dot, such as a_b.png");
    }
    if (image == null && label == null) {
      return Optional.empty();
    }
    if (image == null) {
      throw new InvalidInputException(
          shard + ": sample " + sample + " has no image",
          "add a .png, .jpg or .jpeg next to its label; a sample's members must be adjacent");
    }
    if (label == null) {
      throw new InvalidInputException(
          shard + ": sample " + sample + " has no label",
          "add a .cls with the class index, or a .json with \"label\", next to its image; if the tar"
              + " has a folder per class, unpack it");
    }
    return Optional.of(new Sample(imageName, image, label));
  }

  private static boolean endsInKind(String kind) {
    String ending = SourceFiles.ending(kind);
    return SourceFiles.IMAGE_ENDINGS.contains(ending) || ending.equals("cls");
  }

  private static Label json(byte[] content, String name) {
    try {
      JsonNode label = MAPPER.readTree(content).path("label");
      if (label.isIntegralNumber()) {
        return Label.index(label.longValue());
      }
      return label.isTextual() ? Label.name(label.textValue()) : null;
    } catch (IOException e) {
      throw new InvalidInputException(name + " is not valid JSON", "fix the syntax", e);
    }
  }

  /** Moves to the next member that has a key and a kind. */
  private void advance() throws IOException {
    more = members.advance();
    for (; more; more = members.advance()) {
      String name = members.path();
      int base = name.lastIndexOf('/') + 1;
      int dot = name.indexOf('.', base);
      if (dot > base) {
        key = name.substring(0, dot);
        kind = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    members.close();
  }
}
