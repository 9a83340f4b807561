package io.winnow.datasets.source.folder;

import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.folder.FolderLayout.ImageFile;
import io.winnow.datasets.source.format.HeldOutLabels;
import io.winnow.datasets.source.format.ImageScan;
import io.winnow.datasets.source.format.PartFolders;
import io.winnow.datasets.source.format.RowReader;
import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.SourceDigest;
import io.winnow.datasets.source.format.SourceFolder;
import io.winnow.datasets.source.format.SourceSplit;
import io.winnow.datasets.source.image.ImageDecoder;
import io.winnow.datasets.source.image.ImageResizing;
import io.winnow.store.object.Digests;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One folder per class with PNG or JPEG files in it, at the root or below {@code train/} and,
 * optionally, a folder of the held-out split: {@code test/}, {@code val/} or another of {@link
 * PartFolders#HELD_OUT}. The layouts of Tiny-ImageNet and of ImageNet at Kaggle are read too, with
 * a list of {@link HeldOutLabels}. Rows are sorted by class folder, then by file name.
 */
final class ClassFolders {
  private static final int MAX_BYTES = 256 << 20;

  private final Path root;
  private final String what;
  private final SourceFolder source;
  private final ImageDecoder decoder = new ImageDecoder();
  private final SourceDigest digest = new SourceDigest();
  private final ImageResizing resizing;
  private final ImageScan scan;

  private ClassFolders(Path root, ScanOptions options) {
    this.root = root;
    this.what = options.source();
    this.source = options.files();
    this.resizing = options.resizing();
    this.scan = new ImageScan(decoder, resizing, options.skipBadImages());
  }

  /**
   * Reads every image's header and digest.
   *
   * @param root the folder that contains the class folders, or {@code train/}
   */
  static ScannedSource scan(Path root, ScanOptions options) {
    return new ClassFolders(root, options).scan();
  }

  private ScannedSource scan() {
    FolderLayout.Found found = new FolderLayout(root, what, source).find(digest);
    List<ImageFile> train = found.train();
    train.forEach(this::inspect);
    found.heldout().ifPresent(files -> files.forEach(this::inspect));
    ImageScan.Result result = scan.result(what);
    return ScannedSource.checked(
        what,
        found.names(),
        result.shape(),
        digest.hex(),
        split(train, 0, result),
        found.heldout().map(files -> split(files, train.size(), result)),
        result.skipped());
  }

  private void inspect(ImageFile file) {
    byte[] content = content(file);
    scan.look(file.name(), content);
    // skipped images count too: the data set reports them
    digest.add(file.name(), Digests.sha256(content));
  }

  private byte[] content(ImageFile file) {
    return source.content(
        root.resolve(file.name()), file.name(), MAX_BYTES, "replace or remove the file");
  }

  private SourceSplit split(List<ImageFile> files, int from, ImageScan.Result result) {
    List<ImageFile> kept =
        IntStream.range(0, files.size())
            .filter(i -> result.kept().get(from + i))
            .mapToObj(files::get)
            .toList();
    int[] labels = kept.stream().mapToInt(ImageFile::label).toArray();
    return new SourceSplit(labels, () -> new Rows(kept.iterator(), result.shape()));
  }

  private final class Rows implements RowReader {
    private final Iterator<ImageFile> files;
    private final ImageShape shape;

    Rows(Iterator<ImageFile> files, ImageShape shape) {
      this.files = files;
      this.shape = shape;
    }

    @Override
    public void next(byte[] pixels, int offset) {
      ImageFile file = files.next();
      decoder.decode(content(file), file.name(), resizing, shape, pixels, offset);
    }

    @Override
    public void close() {}
  }
}
