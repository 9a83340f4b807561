package io.winnow.datasets.source.webdataset;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.LabelVocabulary.Label;
import io.winnow.datasets.source.format.PartFolders;
import io.winnow.datasets.source.format.SampleReader;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A tar of class folders, such as {@code imagenette2/train/n01440764/1.JPEG}: the folder of an
 * image is its class, and the folder above may be that of a part. Files whose path has a hidden
 * part are ignored.
 */
final class TarFolders implements SampleReader {
  private static final int MAX_IMAGE = 256 << 20;

  private final TarMembers members;
  private final Optional<String> part;

  private TarFolders(TarMembers members, Optional<String> part) {
    this.members = members;
    this.part = part;
  }

  /** The samples of one part, or of the whole tar. */
  static TarFolders open(SourceFolder source, Path file, String name, Optional<String> part) {
    return new TarFolders(TarMembers.open(source, file, name), part);
  }

  /**
   * What a tar of class folders holds.
   *
   * @param train the part to train on; empty if it has no parts
   * @param heldout the held-out part, if there is one
   */
  record Parts(Optional<String> train, Optional<String> heldout) {}

  /**
   * The parts of a tar of class folders; empty if it is none: if an image has another member of its
   * key beside it or a JSON file in its folder, or there is a {@code .cls}, as in WebDataset, or if
   * an image lies in no folder, or all lie in one.
   *
   * @throws InvalidInputException the tar is damaged, has images beside its parts, or more than one
   *     held-out part
   */
  static Optional<Parts> look(SourceFolder source, Path file, String name) {
    Set<String> classes = new HashSet<>();
    Set<String> parts = new TreeSet<>();
    Set<String> labels = new HashSet<>();
    boolean outside = false;
    String last = "";
    try (TarMembers members = TarMembers.open(source, file, name)) {
      while (members.advance()) {
        String[] path = members.path().split("/");
        String key = members.path().replaceFirst("\\.[^./]*$", "");
        String ending = ending(path);
        if (key.equals(last) || ending.equals("cls") || path.length < 2 && image(path)) {
          return Optional.empty();
        }
        last = key;
        if (ending.equals("json") && path.length > 1) {
          labels.add(path[path.length - 2]);
        }
        if (image(path) && !hidden(path)) {
          String above = path.length > 2 ? path[path.length - 3] : "";
          boolean parted = above.equals(PartFolders.TRAIN) || PartFolders.HELD_OUT.contains(above);
          outside |= !parted;
          if (parted) {
            parts.add(above);
          }
          classes.add(path[path.length - 2]);
        }
      }
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw TarMembers.damaged(name, e);
    }
    if (classes.size() < 2 || labels.stream().anyMatch(classes::contains)) {
      return Optional.empty();
    }
    if (!parts.contains(PartFolders.TRAIN)) {
      return Optional.of(new Parts(Optional.empty(), Optional.empty()));
    }
    parts.remove(PartFolders.TRAIN);
    if (outside || parts.size() > 1) {
      throw new InvalidInputException(
          name
              + (outside
                  ? " has images beside those in " + PartFolders.TRAIN + "/"
                  : " has the held-out folders " + String.join(" and ", parts)),
          "unpack it, and keep " + PartFolders.TRAIN + "/ and one held-out folder");
    }
    return Optional.of(new Parts(Optional.of(PartFolders.TRAIN), parts.stream().findFirst()));
  }

  @Override
  public Optional<Sample> next() {
    try {
      while (members.advance()) {
        String[] path = members.path().split("/");
        if (image(path) && !hidden(path) && inPart(path)) {
          return Optional.of(
              new Sample(
                  members.shown(), members.content(MAX_IMAGE), Label.name(path[path.length - 2])));
        }
      }
      return Optional.empty();
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw TarMembers.damaged(members.shard(), e);
    }
  }

  private boolean inPart(String[] path) {
    return part.isEmpty() || path.length > 2 && path[path.length - 3].equals(part.get());
  }

  private static boolean image(String[] path) {
    return SourceFiles.IMAGE_ENDINGS.contains(ending(path));
  }

  private static String ending(String[] path) {
    return SourceFiles.ending(path[path.length - 1]);
  }

  private static boolean hidden(String[] path) {
    return Arrays.stream(path)
        .anyMatch(p -> p.startsWith(".") || p.equals("__MACOSX") || p.equals("@eaDir"));
  }

  @Override
  public void close() throws IOException {
    members.close();
  }
}
