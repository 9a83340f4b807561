package io.winnow.datasets.source.webdataset;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.ClassNames;
import io.winnow.datasets.source.format.ClassTitles;
import io.winnow.datasets.source.format.NamedParts;
import io.winnow.datasets.source.format.PartFolders;
import io.winnow.datasets.source.format.SampleFiles;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.SourceDigest;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import io.winnow.datasets.source.format.SourceFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tar shards in WebDataset's convention: one {@code .tar} ({@code .tar.gz}, {@code .tgz}), or a
 * folder of them, or of {@code train/} and held-out folders of them; names say the parts, see
 * {@link NamedParts}. A sample is {@code KEY.png} (or {@code .jpg}, {@code .jpeg}) with {@code
 * KEY.cls}, a class index or name, or {@code KEY.json} with {@code "label"}; see {@link
 * TarSamples}. One tar of class folders is read, too; see {@link TarFolders}, and ImageNet's tars
 * as published; see {@link PublishedTars}. Class names come from {@code classes.txt} or {@code
 * labels.txt} in the folder.
 */
public final class WebDatasetFormat implements SourceFormat {
  private static final String SHARDS = "tar shards";

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
    return SourceFiles.name(file).equals(PartFolders.TRAIN) && Files.isDirectory(file);
  }

  private static boolean isPart(Path file) {
    return PartFolders.isPart(SourceFiles.name(file)) && Files.isDirectory(file);
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
    List<Path> folders =
        options.files().children(place).stream().filter(WebDatasetFormat::isPart).toList();
    if (here.isEmpty() == folders.stream().noneMatch(WebDatasetFormat::isTrain)) {
      throw new InvalidInputException(
          what + (here.isEmpty() ? " has no tar shards" : " has tar shards beside and in train/"),
          "put all shards either into the folder itself or into train/ and test/");
    }
    if (!here.isEmpty() && !folders.isEmpty()) {
      throw new InvalidInputException(
          what + " has tar shards beside its folder " + SourceFiles.name(folders.get(0)) + "/",
          "move the training shards into train/");
    }
    NamedParts parts =
        here.isEmpty()
            ? NamedParts.of(
                what, SHARDS, shards(folders, options), f -> SourceFiles.name(f.getParent()))
            : NamedParts.of(what, SHARDS, here, SourceFiles::name);
    ScannedSource scanned = scan(place, options, parts.train(), parts.heldout());
    return parts.remark().map(scanned::remarking).orElse(scanned);
  }

  /** The shards in the folders of the parts. */
  private static List<Path> shards(List<Path> folders, ScanOptions options) {
    List<Path> all = new ArrayList<>();
    for (Path folder : folders) {
      List<Path> shards = shards(options.files().children(folder));
      if (shards.isEmpty()) {
        throw new InvalidInputException(
            options.source() + ": folder " + SourceFiles.name(folder) + " has no tar shards",
            "add tar shards to it, or remove it");
      }
      all.addAll(shards);
    }
    return all;
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
    ClassTitles titles =
        names.isEmpty() ? ClassTitles.beside(root, files, digest) : ClassTitles.NONE;
    return titles.name(
        new SampleFiles(options, (file, name) -> TarSamples.open(files, file, name))
            .scan(train, test, names, digest));
  }
}
