package io.winnow.datasets.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a tar of samples; its name says whether it is gzipped. */
public final class Tars implements AutoCloseable {
  private final TarArchiveOutputStream tar;

  private Tars(TarArchiveOutputStream tar) {
    this.tar = tar;
  }

  public static Tars of(Path file) {
    try {
      Files.createDirectories(file.getParent());
      OutputStream out = Files.newOutputStream(file);
      return new Tars(
          new TarArchiveOutputStream(
              file.toString().endsWith("gz") ? new GZIPOutputStream(out) : out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A grey PNG of 6×6 whose pixel j is first + j, and its label in a {@code .cls}. */
  public Tars sample(String key, int label, int first) {
    return member(key + ".png", png(first)).member(key + ".cls", Integer.toString(label));
  }

  /** The same with a name in a {@code .json}. */
  public Tars named(String key, String label, int first) {
    return member(key + ".json", "{\"label\": \"" + label + "\"}").member(key + ".png", png(first));
  }

  public Tars member(String name, String content) {
    return member(name, content.getBytes(StandardCharsets.UTF_8));
  }

  public Tars member(String name, byte[] content) {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(content.length);
    return put(entry, content);
  }

  public Tars folder(String name) {
    return put(new TarArchiveEntry(name), new byte[0]);
  }

  public Tars link(String name, String target) {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    return put(entry, new byte[0]);
  }

  private Tars put(TarArchiveEntry entry, byte[] content) {
    try {
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] png(int first) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(Sources.grey(6, 6, first), "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    try {
      tar.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
