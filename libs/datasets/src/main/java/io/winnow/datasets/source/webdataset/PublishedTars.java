package io.winnow.datasets.source.webdataset;

import io.winnow.datasets.source.format.ClassIndex;
import io.winnow.datasets.source.format.ClassTitles;
import io.winnow.datasets.source.format.HeldOutLabels;
import io.winnow.datasets.source.format.SampleFiles;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.SourceDigest;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The tars of ImageNet as published: {@code ILSVRC2012_img_train.tar}, a {@link TarOfTars}, and
 * beside it, optionally, {@code ILSVRC2012_img_val.tar} with a list of {@link HeldOutLabels}.
 */
final class PublishedTars {
  private static final String WITHOUT_LABELS =
      "%s is not used, since none of %s with its labels is beside it";

  private final Path folder;
  private final SourceFolder files;
  private final ScanOptions options;
  private final SourceDigest digest = new SourceDigest();
  private final TreeSet<String> classes = new TreeSet<>();

  private PublishedTars(Path folder, ScanOptions options) {
    this.folder = folder;
    this.files = options.files();
    this.options = options;
  }

  /** The tar of the training images among the tars of a folder; empty if there is none. */
  static Optional<Path> train(List<Path> tars, SourceFolder files) {
    return tars.stream()
        .filter(tar -> named(tar, "train"))
        .filter(tar -> TarOfTars.is(files, tar, files.relative(tar)))
        .findFirst();
  }

  private static boolean named(Path tar, String part) {
    return SourceFiles.name(tar).toLowerCase(Locale.ROOT).contains(part);
  }

  /**
   * Reads a training tar and, if there is one with a list, a validation tar.
   *
   * @param beside other tars in its folder
   */
  static ScannedSource scan(Path train, List<Path> beside, ScanOptions options) {
    return new PublishedTars(train.toAbsolutePath().getParent(), options).scan(train, beside);
  }

  private ScannedSource scan(Path train, List<Path> beside) {
    Optional<Path> tar = beside.stream().filter(file -> named(file, "val")).findFirst();
    Optional<HeldOutLabels> labels =
        tar.flatMap(val -> list())
            .map(
                file ->
                    HeldOutLabels.parse(
                        SourceFiles.name(file), files.list(file, files.relative(file), digest)));
    Optional<Path> heldout = tar.filter(val -> labels.isPresent());
    ClassTitles titles = ClassTitles.beside(folder, files, digest);
    ScannedSource named =
        titles.name(
            new SampleFiles(
                    options,
                    (file, name) -> TarOfTars.open(files, file, name, classes::add),
                    (file, name) -> listed(file, name, labels.orElseThrow()))
                .scan(List.of(train), heldout.map(List::of), List.of(), digest));
    return tar.isPresent() && heldout.isEmpty()
        ? named.remarking(
            WITHOUT_LABELS.formatted(
                SourceFiles.name(tar.get()), String.join(", ", HeldOutLabels.FILES)))
        : named;
  }

  /** The training part is read first, so all classes are known. */
  private TarListed listed(Path file, String name, HeldOutLabels labels) {
    ClassIndex all = new ClassIndex(classes);
    return new TarListed(TarMembers.open(files, file, name), path -> labels.classOf(path, all));
  }

  private Optional<Path> list() {
    return HeldOutLabels.FILES.stream()
        .map(folder::resolve)
        .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
        .findFirst();
  }
}
