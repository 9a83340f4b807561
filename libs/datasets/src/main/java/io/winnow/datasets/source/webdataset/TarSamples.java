package io.winnow.datasets.source.webdataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.datasets.source.format.LabelVocabulary.Label;
import io.winnow.datasets.source.format.SampleReader;
import io.winnow.datasets.source.format.SourceFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The samples of one shard, read directly from the tar: nothing is unpacked to disk. A sample is a
 * sequence of adjacent members with the same key, which is the name up to the first dot of its last
 * part. The text after that dot is the member's kind. Hidden members, members without a kind, and
 * sequences with neither image nor label are ignored, unless a kind of theirs ends in that of an
 * image or a label: its key has a dot then. A tar has to be whole, see {@link TarEnd}.
 */
final class TarSamples implements SampleReader {
  private static final Set<String> IMAGES = Set.of("png", "jpg", "jpeg");
  private static final Set<String> KINDS = Set.of("png", "jpg", "jpeg", "cls");
  private static final int MAX_IMAGE = 256 << 20;
  private static final int MAX_LABEL = 1 << 20;

  /**
   * Images compress little: a file that unpacks to more than this ratio is a decompression bomb.
   */
  private static final long MAX_GROWTH = 200;

  private static final long ALLOWANCE = 16L << 20;
  private static final ObjectMapper MAPPER = Json.mapper();

  private final String shard;
  private final TarEnd stream;
  private final TarArchiveInputStream tar;
  private final long limit;
  private TarArchiveEntry entry;
  private String key;
  private String kind;

  private TarSamples(String shard, TarEnd stream, long limit) {
    this.shard = shard;
    this.stream = stream;
    this.tar = new TarArchiveInputStream(stream, StandardCharsets.UTF_8.name());
    this.limit = limit;
  }

  /**
   * @param source the folder of the shard
   * @param name of the shard, for errors
   * @throws InvalidInputException it cannot be opened
   */
  static TarSamples open(SourceFolder source, Path file, String name) {
    try {
      boolean zipped = !name.toLowerCase(Locale.ROOT).endsWith(".tar");
      long size = Files.size(file);
      long limit = zipped ? Math.addExact(Math.multiplyExact(size, MAX_GROWTH), ALLOWANCE) : size;
      InputStream raw = source.open(file);
      try {
        InputStream in = zipped ? new GZIPInputStream(raw, 1 << 16) : raw;
        TarSamples samples = new TarSamples(name, new TarEnd(in), limit);
        samples.advance();
        return samples;
      } catch (IOException | RuntimeException e) {
        raw.close();
        throw e;
      }
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(name, e);
    }
  }

  @Override
  public Optional<Sample> next() {
    try {
      while (entry != null) {
        Optional<Sample> sample = gather();
        if (sample.isPresent()) {
          return sample;
        }
      }
      return Optional.empty();
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(shard, e);
    }
  }

  private Optional<Sample> gather() throws IOException {
    String sample = key;
    String imageName = null;
    byte[] image = null;
    Label fromCls = null;
    Label fromJson = null;
    String dotted = null;
    for (; entry != null && key.equals(sample); advance()) {
      String name = shard + ": " + entry.getName();
      if (IMAGES.contains(kind)) {
        if (image != null) {
          throw new InvalidInputException(
              shard + ": sample " + sample + " has two images", "provide one image per sample");
        }
        imageName = name;
        image = content(name, MAX_IMAGE);
      } else if (kind.equals("cls")) {
        String text = new String(content(name, MAX_LABEL), StandardCharsets.UTF_8).strip();
        fromCls = text.isEmpty() ? null : Label.of(text);
      } else if (kind.equals("json")) {
        fromJson = json(content(name, MAX_LABEL), name);
      } else if (KINDS.contains(kind.substring(kind.lastIndexOf('.') + 1))) {
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

  private byte[] content(String name, int limit) throws IOException {
    if (entry.getSize() > limit) {
      throw new InvalidInputException(
          "%s is larger than %d MiB".formatted(name, limit >> 20), "replace or remove it");
    }
    byte[] content = tar.readNBytes((int) entry.getSize());
    if (content.length < entry.getSize()) {
      throw new IOException("it ends within " + entry.getName());
    }
    return content;
  }

  /** Moves to the next member that has a key and a kind. */
  private void advance() throws IOException {
    for (entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      check();
      stream.member(entry.getSize());
      String name = entry.getName().replaceAll("^(\\./)+", "");
      int base = name.lastIndexOf('/') + 1;
      int dot = name.indexOf('.', base);
      if (!entry.isDirectory() && dot > base) {
        key = name.substring(0, dot);
        kind = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        return;
      }
    }
    stream.requireEnd();
  }

  private void check() throws IOException {
    String name = entry.getName();
    if (!entry.isCheckSumOK()) {
      throw new IOException("the header of a member is damaged");
    }
    if (name.startsWith("/") || List.of(name.split("[/\\\\]")).contains("..")) {
      throw new InvalidInputException(
          shard + ": member \"" + name + "\" points outside the archive",
          "recreate the tar with relative names and without \"..\"");
    }
    if (!entry.isDirectory() && special()) {
      throw new InvalidInputException(
          shard + ": member " + name + " is a link or another special file",
          "recreate the tar with regular files");
    }
    if (entry.getSize() < 0 || entry.getSize() > limit - tar.getBytesRead()) {
      throw new InvalidInputException(
          "%s: member %s takes %d bytes, more than the shard can hold"
              .formatted(shard, name, entry.getSize()),
          "download or recreate the shard: it is truncated, or a decompression bomb");
    }
  }

  private boolean special() {
    return entry.isLink()
        || entry.isSymbolicLink()
        || entry.isCharacterDevice()
        || entry.isBlockDevice()
        || entry.isFIFO()
        || entry.isSparse();
  }

  private static InvalidInputException damaged(String shard, Exception e) {
    return new InvalidInputException(
        shard + " is not a valid tar: " + Causes.of(e), "download or recreate the shard", e);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
