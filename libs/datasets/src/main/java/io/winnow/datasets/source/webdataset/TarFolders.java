package io.winnow.datasets.source.webdataset;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.LabelVocabulary.Label;
import io.winnow.datasets.source.format.SampleReader;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A tar of class folders, such as {@code imagenette2/train/n01440764/1.JPEG}: folders say the part
 * and the class of an image, see {@link TarLayout}. Files whose path has a hidden part are ignored.
 */
final class TarFolders implements SampleReader {
  private static final int MAX_IMAGE = 256 << 20;
  // of all lists together

  private final TarMembers members;
  private final TarLayout layout;
  private final boolean heldout;

  private TarFolders(TarMembers members, TarLayout layout, boolean heldout) {
    this.members = members;
    this.layout = layout;
    this.heldout = heldout;
  }

  /** The samples of the training part, or of the held-out part. */
  static TarFolders open(
      SourceFolder source, Path file, String name, TarLayout layout, boolean heldout) {
    return new TarFolders(TarMembers.open(source, file, name), layout, heldout);
  }

  /**
   * The layout of a tar of class folders; empty if it is none: if an image has another member of
   * its key beside it or a JSON file in its folder, or there is a {@code .cls}, as in WebDataset,
   * or if an image lies in no folder, or all lie in one.
   *
   * @throws InvalidInputException the tar is damaged, or see {@link TarLayout#of}
   */
  static Optional<TarLayout> look(SourceFolder source, Path file, String name) {
    Set<String> folders = new TreeSet<>();
    Set<String> labelled = new HashSet<>();
    Map<String, String> lists = new HashMap<>();
    int left = SourceFolder.MAX_LIST;
    String last = "";
    try (TarMembers members = TarMembers.open(source, file, name)) {
      while (members.advance()) {
        String path = members.path();
        String key = path.replaceFirst("\\.[^./]*$", "");
        String ending = SourceFiles.ending(path);
        boolean image = SourceFiles.IMAGE_ENDINGS.contains(ending);
        if (key.equals(last) || ending.equals("cls") || folder(path).isEmpty() && image) {
          return Optional.empty();
        }
        last = key;
        if (hidden(path)) {
          continue;
        }
        if (TarLayout.isList(path)) {
          byte[] list = members.content(left);
          left -= list.length;
          lists.put(path, new String(list, StandardCharsets.UTF_8));
        } else if (ending.equals("json")) {
          labelled.add(folder(path));
        } else if (image) {
          folders.add(folder(path));
        }
      }
    } catch (IOException | RuntimeException e) {
      throw TarMembers.damaged(name, e);
    }
    return folders.size() < 2 || labelled.stream().anyMatch(folders::contains)
        ? Optional.empty()
        : TarLayout.of(name, folders, lists);
  }

  @Override
  public Optional<Sample> next() {
    try {
      while (members.advance()) {
        String path = members.path();
        if (!SourceFiles.IMAGE_ENDINGS.contains(SourceFiles.ending(path)) || hidden(path)) {
          continue;
        }
        Optional<String> name =
            heldout ? layout.heldOutClass(folder(path), path) : layout.trainClass(folder(path));
        if (name.isPresent()) {
          return Optional.of(
              new Sample(members.shown(), members.content(MAX_IMAGE), Label.name(name.get())));
        }
      }
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      throw TarMembers.damaged(members.shard(), e);
    }
  }

  /** The folder of a file, with '/' at its end; empty if it is in none. */
  private static String folder(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  static boolean hidden(String path) {
    return Arrays.stream(path.split("/"))
        .anyMatch(p -> p.startsWith(".") || p.equals("__MACOSX") || p.equals("@eaDir"));
  }

  @Override
  public void close() throws IOException {
    members.close();
  }
}
