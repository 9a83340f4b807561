package io.winnow.datasets.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.datasets.source.WrittenLabels.Label;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The samples of one shard, one at a time, read straight from the tar: nothing is unpacked to disk.
 * A sample is a run of adjacent members that share a key: the name up to the first dot of its last
 * part. What follows that dot is the member's kind. Members without a kind or hidden, and runs with
 * neither image nor label, are no samples.
 */
final class TarSamples implements SampleReader {
  private static final Set<String> IMAGES = Set.of("png", "jpg", "jpeg");
  private static final int MAX_IMAGE = 256 << 20;
  private static final int MAX_LABEL = 1 << 20;

  /** Images shrink little; what unpacks to more than this many times its size is a bomb. */
  private static final long MAX_GROWTH = 200;

  private static final long ALLOWANCE = 16L << 20;
  private static final ObjectMapper MAPPER = Json.mapper();

  private final String shard;
  private final TarArchiveInputStream tar;
  private final long limit;
  private TarArchiveEntry entry;
  private String key;
  private String kind;

  private TarSamples(String shard, TarArchiveInputStream tar, long limit) {
    this.shard = shard;
    this.tar = tar;
    this.limit = limit;
  }

  /**
   * @param name of the shard, for errors
   * @throws InvalidInputException it cannot be opened
   */
  static TarSamples open(Path file, String name) {
    try {
      boolean zipped = !name.toLowerCase(Locale.ROOT).endsWith(".tar");
      long size = Files.size(file);
      long limit = zipped ? Math.addExact(Math.multiplyExact(size, MAX_GROWTH), ALLOWANCE) : size;
      InputStream raw = SourceFiles.open(file);
      try {
        InputStream in = zipped ? new GZIPInputStream(raw, 1 << 16) : raw;
        TarSamples samples =
            new TarSamples(
                name, new TarArchiveInputStream(in, StandardCharsets.UTF_8.name()), limit);
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
  public Sample next() {
    try {
      while (entry != null) {
        Sample sample = gather();
        if (sample != null) {
          return sample;
        }
      }
      return null;
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(shard, e);
    }
  }

  private Sample gather() throws IOException {
    String sample = key;
    String imageName = null;
    byte[] image = null;
    Label fromCls = null;
    Label fromJson = null;
    for (; entry != null && key.equals(sample); advance()) {
      String name = shard + ": " + entry.getName();
      if (IMAGES.contains(kind)) {
        if (image != null) {
          throw new InvalidInputException(
              shard + ": sample " + sample + " has two images", "give each sample one image");
        }
        imageName = name;
        image = content(name, MAX_IMAGE);
      } else if (kind.equals("cls")) {
        String text = new String(content(name, MAX_LABEL), StandardCharsets.UTF_8).strip();
        fromCls = text.isEmpty() ? null : Label.of(text);
      } else if (kind.equals("json")) {
        fromJson = json(content(name, MAX_LABEL), name);
      }
    }
    Label label = fromCls != null ? fromCls : fromJson;
    if (image == null && label == null) {
      return null;
    }
    if (image == null) {
      throw new InvalidInputException(
          shard + ": sample " + sample + " has no image",
          "give it a .png, .jpg or .jpeg beside its label, and keep a sample's members together");
    }
    if (label == null) {
      throw new InvalidInputException(
          shard + ": sample " + sample + " has no label",
          "give it a .cls with the class index, or a .json with \"label\", beside its image");
    }
    return new Sample(imageName, image, label);
  }

  private static Label json(byte[] content, String name) {
    try {
      JsonNode label = MAPPER.readTree(content).path("label");
      if (label.isIntegralNumber()) {
        return Label.index(label.longValue());
      }
      return label.isTextual() ? new Label(false, label.textValue()) : null;
    } catch (IOException e) {
      throw new InvalidInputException(name + " is not JSON", "write it again", e);
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

  /** Goes to the next member that has a key and a kind. */
  private void advance() throws IOException {
    for (entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      check();
      String name = entry.getName().replaceAll("^(\\./)+", "");
      int base = name.lastIndexOf('/') + 1;
      int dot = name.indexOf('.', base);
      if (!entry.isDirectory() && dot > base) {
        key = name.substring(0, dot);
        kind = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        return;
      }
    }
  }

  private void check() throws IOException {
    String name = entry.getName();
    if (!entry.isCheckSumOK()) {
      throw new IOException("a member's header is damaged");
    }
    if (name.startsWith("/") || List.of(name.split("[/\\\\]")).contains("..")) {
      throw new InvalidInputException(
          shard + ": member \"" + name + "\" names a place outside",
          "make the tar again with relative names and without \"..\"");
    }
    if (!entry.isDirectory() && special()) {
      throw new InvalidInputException(
          shard + ": member " + name + " is a link or another special file",
          "make the tar again with plain files");
    }
    if (entry.getSize() < 0 || entry.getSize() > limit - tar.getBytesRead()) {
      throw new InvalidInputException(
          "%s: member %s takes %d bytes, more than the shard can hold"
              .formatted(shard, name, entry.getSize()),
          "the shard is cut off, or packed absurdly small: download or make it again");
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
        shard + " is not a sound tar: " + e.getMessage(), "download or make the shard again", e);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
