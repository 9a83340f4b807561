package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The parts of a data set to which its files belong, according to the words in the names of the
 * files and of the folders that they are in. A word counts if no letter is next to it, as in {@code
 * mnist-train.parquet}, {@code train-00000-of-00002.parquet} or {@code test/0.parquet}.
 *
 * @param train the files to train on
 * @param heldout the files to evaluate on, if there are any
 * @param unused validation files of a data set that also has test files
 */
public record NamedParts(List<Path> train, Optional<List<Path>> heldout, List<Path> unused) {
  private static final int NAMED = 5;

  private enum Part {
    TRAIN("train|training"),
    TEST("test|testing"),
    VALIDATION("val|valid|validation|dev|eval");

    private final Pattern word;

    Part(String words) {
      this.word = Pattern.compile("(?<![a-z])(?:" + words + ")(?![a-z])");
    }
  }

  /** Whether the name of a folder says which part its files belong to. */
  public static boolean named(String folder) {
    return !parts(folder).isEmpty();
  }

  /**
   * Divides files into parts. If no name says a part, all files are training files.
   *
   * @param what names the source in errors
   * @param kind what the files are in errors: {@code Parquet files}
   * @param relative the name of a file, relative to the source
   * @throws InvalidInputException some names say a part and others say none or two, or there are
   *     held-out files alone
   */
  public static NamedParts of(
      String what, String kind, List<Path> files, Function<Path, String> relative) {
    Map<Part, List<Path>> byPart = new EnumMap<>(Part.class);
    List<String> unclear = new ArrayList<>();
    for (Path file : files) {
      Set<Part> parts = parts(relative.apply(file));
      if (parts.size() == 1) {
        byPart.computeIfAbsent(parts.iterator().next(), p -> new ArrayList<>()).add(file);
      } else {
        unclear.add(relative.apply(file));
      }
    }
    if (byPart.isEmpty() && files.stream().allMatch(f -> parts(relative.apply(f)).isEmpty())) {
      return new NamedParts(files, Optional.empty(), List.of());
    }
    if (!unclear.isEmpty()) {
      throw new InvalidInputException(
          "%s has %s whose names do not say whether to train on them: %s"
              .formatted(what, kind, list(unclear)),
          "put one of the words train, test or validation into the name of each file or of its"
              + " folder, or move the files out of the data set");
    }
    List<Path> train = byPart.getOrDefault(Part.TRAIN, List.of());
    if (train.isEmpty()) {
      throw new InvalidInputException(
          what + " has held-out " + kind + ", but no training files",
          "add files whose names have the word train, or rename the files without test and validation");
    }
    List<Path> test = byPart.getOrDefault(Part.TEST, List.of());
    List<Path> validation = byPart.getOrDefault(Part.VALIDATION, List.of());
    return test.isEmpty()
        ? new NamedParts(train, Optional.of(validation).filter(v -> !v.isEmpty()), List.of())
        : new NamedParts(train, Optional.of(test), validation);
  }

  private static Set<Part> parts(String name) {
    String words = name.toLowerCase(Locale.ROOT).replaceAll("\\.(parquet|tar|tar\\.gz|tgz)$", "");
    return EnumSet.allOf(Part.class).stream()
        .filter(part -> part.word.matcher(words).find())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Part.class)));
  }

  private static String list(List<String> names) {
    return names.stream().limit(NAMED).collect(Collectors.joining(", "))
        + (names.size() > NAMED ? ", …" : "");
  }

  /** What to tell the user about files that are not used. */
  public Optional<String> remark() {
    return unused.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%d validation file%s not used, since the data set has a test part: %s"
                .formatted(
                    unused.size(),
                    unused.size() == 1 ? " is" : "s are",
                    list(unused.stream().map(SourceFiles::name).toList())));
  }
}
