package io.winnow.datasets.source.webdataset;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.ClassNames;
import io.winnow.datasets.source.format.SampleFiles;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.SourceDigest;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import io.winnow.datasets.source.format.SourceFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tar shards in WebDataset's convention: one {@code .tar} ({@code .tar.gz}, {@code .tgz}), or a
 * folder of them, or of {@code train/} and, optionally, {@code test/} folders of them. A sample is
 * {@code KEY.png} (or {@code .jpg}, {@code .jpeg}) with {@code KEY.cls}, a class index or name, or
 * {@code KEY.json} with {@code "label"}; see {@link TarSamples}. One tar of class folders is read,
 * too; see {@link TarFolders}, and ImageNet's tars as published; see {@link PublishedTars}. Class
 * names come from {@code classes.txt} or {@code labels.txt} in the folder.
 */
public final class WebDatasetFormat implements SourceFormat {

  @Override
  public String name() {
    return "webdataset";
  }

  @Override
  public String description() {
    return "a tar of samples (WebDataset) or a folder of them";
  }

  @Override
  public boolean matches(Path place) {
    if (!Files.isDirectory(place)) {
      return shard(place);
    }
    // class folders win over the archive that they were unpacked from
    return SourceFiles.children(place).stream()
            .anyMatch(f -> shard(f) || isTrain(f) && !shards(SourceFiles.children(f)).isEmpty())
        && !SourceFiles.hasClassFolders(place);
  }

  private static boolean shard(Path file) {
    String name = SourceFiles.name(file).toLowerCase(Locale.ROOT);
    return (name.endsWith(".tar") || name.endsWith(".tar.gz") || name.endsWith(".tgz"))
        && Files.isRegularFile(file);
  }

  private static boolean isTrain(Path file) {
    return SourceFiles.name(file).equals("train") && Files.isDirectory(file);
  }

  private static List<Path> shards(List<Path> children) {
    return children.stream().filter(WebDatasetFormat::shard).toList();
  }

  @Override
  public ScannedSource scan(Path place, ScanOptions options) {
    if (!Files.isDirectory(place)) {
      Path root = place.toAbsolutePath().getParent();
      if (TarOfTars.is(options.files(), place, options.files().relative(place))) {
        return PublishedTars.scan(place, List.of(), options);
      }
      Optional<TarLayout> folders =
          TarFolders.look(options.files(), place, options.files().relative(place));
      return folders.isPresent()
          ? folders(place, options, folders.get())
          : scan(root, options, List.of(place), Optional.empty());
    }
    String what = options.source();
    List<Path> here = shards(options.files().children(place));
    Optional<Path> published = PublishedTars.train(here, options.files());
    if (published.isPresent()) {
      return PublishedTars.scan(published.get(), here, options);
    }
    Optional<List<Path>> train = part(place, "train", options);
    Optional<List<Path>> test = part(place, "test", options);
    if (here.isEmpty() == train.isEmpty()) {
      throw new InvalidInputException(
          what + (here.isEmpty() ? " has no tar shards" : " has tar shards beside and in train/"),
          "put all shards either into the folder itself or into train/ and test/");
    }
    if (!here.isEmpty() && test.isPresent()) {
      throw new InvalidInputException(
          what + " has tar shards beside its folder test/", "move the training shards into train/");
    }
    return scan(place, options, train.orElse(here), test);
  }

  /** The shards of a part; empty if there is no such folder. */
  private static Optional<List<Path>> part(Path root, String name, ScanOptions options) {
    Path folder = root.resolve(name);
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    List<Path> shards = shards(options.files().children(folder));
    if (shards.isEmpty()) {
      throw new InvalidInputException(
          options.source() + ": folder " + name + " has no tar shards",
          "add tar shards to it, or remove it");
    }
    return Optional.of(shards);
  }

  private static ScannedSource folders(Path tar, ScanOptions options, TarLayout layout) {
    SourceFolder files = options.files();
    SourceDigest digest = new SourceDigest();
    ClassNames names = layout.titles().of(layout.classes().names(), digest);
    return new SampleFiles(
            options,
            (file, name) -> TarFolders.open(files, file, name, layout, false),
            (file, name) -> TarFolders.open(files, file, name, layout, true))
        .scan(
            List.of(tar),
            layout.hasHeldOut() ? Optional.of(List.of(tar)) : Optional.empty(),
            List.of(),
            digest)
        .named(names);
  }

  private static ScannedSource scan(
      Path root, ScanOptions options, List<Path> train, Optional<List<Path>> test) {
    SourceDigest digest = new SourceDigest();
    SourceFolder files = options.files();
    List<String> names = files.classNames(root, digest);
    return new SampleFiles(options, (file, name) -> TarSamples.open(files, file, name))
        .scan(train, test, names, digest);
  }
}
