package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Parquet files in the Hugging Face Hub's layout: a column {@code image} (or {@code img}) of
 * encoded images and a column {@code label}; see {@link ParquetSamples}. One file, a folder of
 * them, or a folder with a {@code data/} folder of them. Files named {@code train…} are trained on,
 * files named {@code test…} (without those {@code validation…}) judged by; without such names, or
 * {@code train/} and {@code test/} folders, all are trained on. Class names come from the files'
 * own metadata, else from a {@code classes.txt} or {@code labels.txt} beside.
 */
final class ParquetFormat {
  private static final String DATA = "data";
  private static final List<String> HELDOUT = List.of("test", "validation");

  private ParquetFormat() {}

  /** Whether a file is Parquet by its name. */
  static boolean file(Path file) {
    return SourceFiles.name(file).toLowerCase(Locale.ROOT).endsWith(".parquet")
        && Files.isRegularFile(file);
  }

  static boolean fits(Path folder) {
    return !files(folder).isEmpty();
  }

  /** Files of the folder, of its {@code data/}, and of part folders in either. */
  private static List<Path> files(Path folder) {
    List<Path> found = new ArrayList<>();
    for (Path child : SourceFiles.children(folder)) {
      String name = SourceFiles.name(child);
      if (file(child)) {
        found.add(child);
      } else if (Files.isDirectory(child)
          && (name.equals(DATA) || name.equals("train") || HELDOUT.contains(name))) {
        found.addAll(files(child));
      }
    }
    return found;
  }

  /**
   * @param what names the place in errors
   * @param skip whether bad images are left out
   */
  static Layout open(Path place, String what, Fit fit, boolean skip) {
    boolean one = !Files.isDirectory(place);
    Path root = one ? place.toAbsolutePath().getParent() : place;
    List<Path> all = one ? List.of(place) : files(place);
    if (all.isEmpty()) {
      throw new InvalidInputException(
          what + " has no Parquet files", "put them into the folder itself or into data/");
    }
    List<Path> train = one ? all : part(root, all, "train");
    List<Path> test = null;
    for (String name : HELDOUT) {
      List<Path> found = one ? List.of() : part(root, all, name);
      if (test == null && !found.isEmpty()) {
        test = found;
      }
    }
    if (train.isEmpty() && test != null) {
      throw new InvalidInputException(
          what + " has Parquet files to judge by, but none to train on",
          "add train-….parquet, or name the files without test and validation");
    }
    SourceDigest digest = new SourceDigest();
    List<Path> trained = train.isEmpty() ? all : train;
    List<String> names = ParquetSamples.classNames(trained.get(0));
    if (names.isEmpty()) {
      names = SourceFiles.classNames(root, digest);
    }
    return new SampleFiles(root, what, fit, skip, ParquetSamples::open)
        .layout(trained, test, names, digest);
  }

  private static List<Path> part(Path root, List<Path> files, String name) {
    Predicate<Path> named =
        path -> {
          for (Path step : root.relativize(path)) {
            if (SourceFiles.name(step).toLowerCase(Locale.ROOT).matches(name + "([^a-z].*)?")) {
              return true;
            }
          }
          return false;
        };
    return files.stream().filter(named).toList();
  }
}
