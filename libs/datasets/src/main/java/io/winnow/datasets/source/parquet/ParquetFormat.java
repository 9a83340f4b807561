package io.winnow.datasets.source.parquet;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.ClassTitles;
import io.winnow.datasets.source.format.NamedParts;
import io.winnow.datasets.source.format.SampleFiles;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.SourceDigest;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import io.winnow.datasets.source.format.SourceFormat;
import io.winnow.store.object.Digests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Parquet files in the layout of the Hugging Face Hub: a column of encoded images and a column of
 * labels, see {@link ParquetColumns}. One file, a folder of files, or a folder with a {@code data/}
 * folder of files. Names of files and folders say which files form the held-out split, see {@link
 * NamedParts}. Class names come from the metadata of each file, so that files may number their
 * classes differently; otherwise from {@code classes.txt} or {@code labels.txt} in the folder.
 */
public final class ParquetFormat implements SourceFormat {
  // of a repository, and of the Hub's own conversion of one
  private static final Set<String> SEARCHED = Set.of("data", "default");

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public String description() {
    return "a Parquet file with columns image and label or a folder of them";
  }

  @Override
  public Set<String> columns() {
    return Set.of("imageColumn", "labelColumn");
  }

  @Override
  public boolean matches(Path place) {
    // class folders win over an index of their files
    return Files.isDirectory(place)
        ? !files(place, SourceFiles::children).isEmpty() && !SourceFiles.hasClassFolders(place)
        : file(place);
  }

  private static boolean file(Path file) {
    return SourceFiles.name(file).toLowerCase(Locale.ROOT).endsWith(".parquet")
        && Files.isRegularFile(file);
  }

  /**
   * The files in the folder, in {@code data/} and {@code default/}, and in the folders of the parts
   * in either.
   */
  private static List<Path> files(Path folder, Function<Path, List<Path>> children) {
    List<Path> found = new ArrayList<>();
    for (Path child : children.apply(folder)) {
      if (file(child)) {
        found.add(child);
      } else if (Files.isDirectory(child) && searched(child)) {
        found.addAll(files(child, children));
      }
    }
    return found;
  }

  private static boolean searched(Path folder) {
    String name = SourceFiles.name(folder);
    return SEARCHED.contains(name) || NamedParts.named(name);
  }

  @Override
  public ScannedSource scan(Path place, ScanOptions options) {
    SourceFolder source = options.files();
    boolean one = !Files.isDirectory(place);
    Path root = one ? place.toAbsolutePath().getParent() : place;
    NamedParts parts =
        one
            ? new NamedParts(List.of(place), Optional.empty(), List.of())
            : parts(place, options.source(), source);
    Map<Path, ParquetColumns> columns = new LinkedHashMap<>();
    parts.train().forEach(f -> columns.put(f, ParquetSamples.columns(source, f, options)));
    parts
        .heldout()
        .ifPresent(
            files ->
                files.forEach(f -> columns.put(f, ParquetSamples.columns(source, f, options))));
    SourceDigest digest = new SourceDigest();
    List<String> names = bringTogether(columns, source, digest);
    if (names.isEmpty()) {
      names = source.classNames(root, digest);
    }
    ClassTitles titles =
        names.isEmpty() ? ClassTitles.beside(root, source, digest) : ClassTitles.NONE;
    ScannedSource scanned =
        titles.name(
            new SampleFiles(
                    options, (file, name) -> ParquetSamples.open(source, file, columns.get(file)))
                .scan(parts.train(), parts.heldout(), names, digest));
    return parts.remark().map(scanned::remarking).orElse(scanned);
  }

  private static NamedParts parts(Path place, String what, SourceFolder source) {
    List<Path> all = files(place, source::children);
    if (all.isEmpty()) {
      throw new InvalidInputException(
          what + " has no Parquet files", "add Parquet files to the folder itself or to data/");
    }
    for (Path child : source.children(place)) {
      if (Files.isDirectory(child)
          && !searched(child)
          && source.children(child).stream().anyMatch(ParquetFormat::file)) {
        throw new InvalidInputException(
            "%s has Parquet files in the folder %s, whose name does not say whether to train on them"
                .formatted(what, source.relative(child)),
            "name the folder train, test or validation, or move it out of the data set");
      }
    }
    return NamedParts.of(what, "Parquet files", all, source::relative);
  }

  /**
   * The class names of all files, in the order of the first file. Files that name no classes take
   * those of the others.
   *
   * @throws InvalidInputException a file names no classes, and those of the others differ
   */
  private static List<String> bringTogether(
      Map<Path, ParquetColumns> columns, SourceFolder source, SourceDigest digest) {
    Set<List<String>> lists = new LinkedHashSet<>();
    columns.forEach((file, c) -> requireDistinct(c.names(), source.relative(file)));
    columns.values().stream()
        .map(ParquetColumns::names)
        .filter(n -> !n.isEmpty())
        .forEach(lists::add);
    if (lists.isEmpty()) {
      return List.of();
    }
    List<String> first = lists.iterator().next();
    boolean firstUnnamed = columns.values().iterator().next().names().isEmpty();
    columns.replaceAll(
        (file, c) -> {
          if (c.names().isEmpty() && c.numbered() && lists.size() > 1) {
            throw new InvalidInputException(
                source.relative(file) + " names no classes, and the names in other files differ",
                "write all files with the same class names in their metadata");
          }
          return c.names().isEmpty() ? c.named(first) : c;
        });
    Set<String> all = new LinkedHashSet<>();
    lists.forEach(all::addAll);
    if (lists.size() > 1 || firstUnnamed) {
      // labels follow from the names, too; without this line the address would be that of an
      // import by an earlier version, which gave the first file's names to all labels
      digest.add(
          "class names of each file",
          Digests.sha256(lists.toString().getBytes(StandardCharsets.UTF_8)));
    }
    return List.copyOf(all);
  }

  private static void requireDistinct(List<String> names, String file) {
    if (Set.copyOf(names).size() < names.size()) {
      throw new InvalidInputException(
          file + " gives the same name to two classes", "give every class a name of its own");
    }
  }
}
