package io.winnow.datasets.source.webdataset;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.LabelVocabulary.Label;
import io.winnow.datasets.source.format.SampleReader;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A tar with a tar of images for each class, as ImageNet's training images are published: {@code
 * n01440764.tar}, and so on. The name of an inner tar is its class. Nothing is unpacked to disk.
 */
final class TarOfTars implements SampleReader {
  private static final int MAX_IMAGE = 256 << 20;
  private static final String TAR = ".tar";

  private final TarMembers outer;
  private final Consumer<String> classes;
  private TarMembers inner;
  private String name;

  private TarOfTars(TarMembers outer, Consumer<String> classes) {
    this.outer = outer;
    this.classes = classes;
  }

  /**
   * Starts at the first image.
   *
   * @param classes receives the name of each class
   */
  static TarOfTars open(SourceFolder source, Path file, String name, Consumer<String> classes) {
    return new TarOfTars(TarMembers.open(source, file, name), classes);
  }

  /** Whether the first file in a tar is a tar. */
  static boolean is(SourceFolder source, Path file, String name) {
    try (TarMembers members = TarMembers.open(source, file, name)) {
      while (members.advance()) {
        if (!TarFolders.hidden(members.path())) {
          return tar(members.path());
        }
      }
      return false;
    } catch (IOException | RuntimeException e) {
      throw TarMembers.damaged(name, e);
    }
  }

  private static boolean tar(String path) {
    return path.toLowerCase(Locale.ROOT).endsWith(TAR);
  }

  @Override
  public Optional<Sample> next() {
    try {
      while (inner != null || outer.advance()) {
        if (inner == null && !TarFolders.hidden(outer.path())) {
          enter();
        }
        Optional<Sample> sample = inner == null ? Optional.empty() : image();
        if (sample.isPresent()) {
          return sample;
        }
      }
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      throw TarMembers.damaged(inner == null ? outer.shard() : inner.shard(), e);
    }
  }

  private void enter() {
    String path = outer.path();
    if (!tar(path)) {
      throw new InvalidInputException(
          outer.shown() + " lies beside tars of classes",
          "recreate the tar with one tar of images for each class only");
    }
    name = path.substring(path.lastIndexOf('/') + 1, path.length() - TAR.length());
    classes.accept(name);
    inner = outer.inner();
  }

  /** The next image of the inner tar, which is left after the last. */
  private Optional<Sample> image() throws IOException {
    while (inner.advance()) {
      String path = inner.path();
      if (SourceFiles.IMAGE_ENDINGS.contains(SourceFiles.ending(path))
          && !TarFolders.hidden(path)) {
        return Optional.of(new Sample(inner.shown(), inner.content(MAX_IMAGE), Label.name(name)));
      }
    }
    inner.close();
    inner = null;
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    outer.close();
  }
}
