package io.winnow.datasets.source.parquet;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.SampleFiles;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.SourceDigest;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Parquet files in the layout of the Hugging Face Hub: a column {@code image} (or {@code img}) of
 * encoded images and a column {@code label}; see {@link ParquetSamples}. One file, a folder of
 * files, or a folder with a {@code data/} folder of files. Files named {@code train…} form the
 * train split, files named {@code test…} (or, if there are none, {@code validation…}) the held-out
 * split; {@code train/} and {@code test/} folders do the same. Without such names, all files form
 * the train split. Class names come from the files' metadata, otherwise from {@code classes.txt} or
 * {@code labels.txt} in the folder.
 */
public final class ParquetFormat implements SourceFormat {
  private static final String DATA = "data";
  private static final List<String> HELDOUT = List.of("test", "validation");

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public String description() {
    return "a Parquet file with columns image and label or a folder of them";
  }

  @Override
  public boolean matches(Path place) {
    return Files.isDirectory(place) ? !files(place).isEmpty() : file(place);
  }

  private static boolean file(Path file) {
    return SourceFiles.name(file).toLowerCase(Locale.ROOT).endsWith(".parquet")
        && Files.isRegularFile(file);
  }

  /** The files in the folder, in its {@code data/}, and in the folders of the parts in either. */
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

  @Override
  public ScannedSource scan(Path place, ScanOptions options) {
    String what = options.source();
    boolean one = !Files.isDirectory(place);
    Path root = one ? place.toAbsolutePath().getParent() : place;
    List<Path> all = one ? List.of(place) : files(place);
    if (all.isEmpty()) {
      throw new InvalidInputException(
          what + " has no Parquet files", "add Parquet files to the folder itself or to data/");
    }
    List<Path> train = one ? all : part(root, all, "train");
    Optional<List<Path>> test =
        HELDOUT.stream()
            .map(name -> one ? List.<Path>of() : part(root, all, name))
            .filter(found -> !found.isEmpty())
            .findFirst();
    if (train.isEmpty() && test.isPresent()) {
      throw new InvalidInputException(
          what + " has held-out Parquet files, but no training files",
          "add train-….parquet, or rename the files without test and validation");
    }
    SourceDigest digest = new SourceDigest();
    List<Path> trained = train.isEmpty() ? all : train;
    List<String> names = ParquetSamples.classNames(trained.get(0));
    if (names.isEmpty()) {
      names = SourceFiles.classNames(root, digest);
    }
    return new SampleFiles(root, options, ParquetSamples::open).scan(trained, test, names, digest);
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
