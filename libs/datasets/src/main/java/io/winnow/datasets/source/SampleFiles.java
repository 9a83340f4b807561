package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Files of many labelled images each, whatever their kind. Rows come in the files' order, then as
 * they lie in them; one sample is in memory at a time.
 */
final class SampleFiles {
  private final Path root;
  private final String what;
  private final Fit fit;
  private final SampleReader.Opener opener;
  private final ImageDecoder decoder = new ImageDecoder();
  private final ImageCensus census;
  private final WrittenLabels labels = new WrittenLabels();

  /** Files, and the numbers of their samples' labels. */
  private record Scanned(List<Path> files, int[] labels) {}

  /**
   * @param root that the files' names are relative to
   * @param what names the place in errors
   * @param skip whether bad images are left out
   */
  SampleFiles(Path root, String what, Fit fit, boolean skip, SampleReader.Opener opener) {
    this.root = root.toAbsolutePath();
    this.what = what;
    this.fit = fit;
    this.opener = opener;
    this.census = new ImageCensus(decoder, fit, skip);
  }

  /**
   * Reads all once.
   *
   * @param test files of the test part, null when there is none
   * @param names of the classes by label, empty when not known
   * @param digest gets the files added
   */
  Layout layout(List<Path> train, List<Path> test, List<String> names, SourceDigest digest) {
    Scanned trained = scan(train, digest);
    Scanned tested = test == null ? null : scan(test, digest);
    ImageCensus.Result result = census.result(what);
    WrittenLabels.Resolved resolved = labels.resolve(names);
    return Layout.checked(
        what,
        resolved.classes(),
        result.shape(),
        digest.hex(),
        part(trained, 0, resolved, result),
        tested == null ? null : part(tested, trained.labels().length, resolved, result),
        result.skipped());
  }

  private Scanned scan(List<Path> files, SourceDigest digest) {
    IntStream.Builder numbers = IntStream.builder();
    for (Path file : files) {
      String name = relative(file);
      digest.add(name, SourceFiles.digest(file));
      try (SampleReader samples = opener.open(file, name)) {
        for (var sample = samples.next(); sample != null; sample = samples.next()) {
          numbers.add(labels.add(sample.label(), sample.name()));
          census.look(sample.name(), sample.image());
        }
      } catch (IOException e) {
        throw SourceFiles.unreadable(name, e);
      }
    }
    int[] found = numbers.build().toArray();
    if (found.length == 0) {
      throw new InvalidInputException(
          "%s has no labelled images in %s".formatted(what, relative(files.get(0))),
          "give files with a label beside each image, as their format wants them");
    }
    return new Scanned(files, found);
  }

  private String relative(Path path) {
    return root.relativize(path.toAbsolutePath()).toString().replace('\\', '/');
  }

  private Part part(
      Scanned scanned, int from, WrittenLabels.Resolved resolved, ImageCensus.Result result) {
    BitSet kept = result.kept().get(from, from + scanned.labels().length);
    int[] rows = resolved.labels(kept.stream().map(i -> scanned.labels()[i]));
    return new Part(rows, () -> new Rows(scanned.files().iterator(), kept, result.shape()));
  }

  private final class Rows implements RowReader {
    private final Iterator<Path> files;
    private final BitSet kept;
    private final ImageShape shape;
    private SampleReader current;
    private int at;

    Rows(Iterator<Path> files, BitSet kept, ImageShape shape) {
      this.files = files;
      this.kept = kept;
      this.shape = shape;
    }

    @Override
    public void next(byte[] pixels, int offset) throws IOException {
      SampleReader.Sample sample = following();
      while (!kept.get(at++)) {
        sample = following();
      }
      decoder.decode(sample.image(), sample.name(), fit, shape, pixels, offset);
    }

    private SampleReader.Sample following() throws IOException {
      SampleReader.Sample sample = current == null ? null : current.next();
      while (sample == null) {
        close();
        if (!files.hasNext()) {
          throw new InvalidInputException(
              what + " lost images while it was read", "leave the data alone while it is imported");
        }
        Path file = files.next();
        current = opener.open(file, relative(file));
        sample = current.next();
      }
      return sample;
    }

    @Override
    public void close() throws IOException {
      if (current != null) {
        current.close();
        current = null;
      }
    }
  }
}
