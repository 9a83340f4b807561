package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.image.ImageDecoder;
import io.winnow.datasets.source.image.ImageResizing;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at every encoded image of a data set once, in the order of its rows, and determines the
 * shape that all have and which are left out. Images are grey unless any has colour. If nothing is
 * resized and bad images fail the import, the first image determines the size. If bad images are
 * skipped, the most frequent size does (of equally frequent ones the first), and every image is
 * decoded completely, since a row that is counted must be readable.
 */
public final class ImageScan {
  private static final int NAMED = 20;

  private final ImageDecoder decoder;
  private final ImageResizing resizing;
  private final boolean skip;
  private final List<Optional<Usable>> seen = new ArrayList<>();
  private final Map<Integer, Integer> sides = new LinkedHashMap<>();
  private final Map<Integer, String> problems = new HashMap<>();
  private Usable first;
  private int images;
  private int channels = 1;

  private record Usable(String name, ImageDecoder.Header header) {
    int side() {
      return header.width();
    }

    String size() {
      return header.width() + "×" + header.height();
    }
  }

  /**
   * The outcome of a scan.
   *
   * @param shape of the images that are kept
   * @param kept by position in the order of the scan
   */
  public record Result(ImageShape shape, BitSet kept, Skipped skipped) {}

  /**
   * @param skip whether bad images are left out; otherwise the first of them throws
   */
  public ImageScan(ImageDecoder decoder, ImageResizing resizing, boolean skip) {
    this.decoder = decoder;
    this.resizing = resizing;
    this.skip = skip;
  }

  /**
   * Looks at the next image.
   *
   * @throws InvalidInputException the image is bad, and bad images are not skipped
   */
  public void look(String name, byte[] content) {
    if (skip) {
      seen.add(usable(name, content));
    } else {
      take(inspect(name, content));
    }
    images++;
  }

  private Optional<Usable> usable(String name, byte[] content) {
    try {
      Usable image = inspect(name, content);
      decoder.check(content, name);
      sides.merge(image.side(), 1, Integer::sum);
      return Optional.of(image);
    } catch (InvalidInputException e) {
      problems.put(images, e.problem());
      return Optional.empty();
    }
  }

  private Usable inspect(String name, byte[] content) {
    ImageDecoder.Header header = decoder.inspect(content, name);
    resizing.shape(name, header.channels(), header.height(), header.width());
    return new Usable(name, header);
  }

  private void take(Usable image) {
    if (first == null) {
      first = image;
    } else if (resizing.none() && image.side() != first.side()) {
      throw new InvalidInputException(
          "%s is %s pixels, but %s is %s"
              .formatted(image.name(), image.size(), first.name(), first.size()),
          "resize all images to one square size, or set dataset.size and dataset.resize");
    }
    channels = Math.max(channels, image.header().channels());
  }

  /**
   * The outcome, after the last image.
   *
   * @param what names the data set in errors
   * @throws InvalidInputException no image is left
   */
  public Result result(String what) {
    BitSet kept = new BitSet(images);
    if (!skip) {
      kept.set(0, images);
      return new Result(shape(first.side()), kept, Skipped.NONE);
    }
    int side = mostFrequent();
    for (int i = 0; i < images; i++) {
      Optional<Usable> image = seen.get(i);
      if (image.isPresent() && resizing.none() && image.get().side() != side) {
        problems.put(
            i,
            "%s is %s pixels, but most are %d×%d"
                .formatted(image.get().name(), image.get().size(), side, side));
      } else if (image.isPresent()) {
        kept.set(i);
        channels = Math.max(channels, image.get().header().channels());
      }
    }
    if (kept.isEmpty()) {
      throw new InvalidInputException(
          "%s: none of its %d images can be used; the first: %s"
              .formatted(what, images, problems.get(0)),
          "provide readable images, all of one square size or with dataset.resize");
    }
    List<String> named =
        problems.keySet().stream().sorted().limit(NAMED).map(problems::get).toList();
    return new Result(shape(side), kept, new Skipped(problems.size(), named));
  }

  private int mostFrequent() {
    int side = 0;
    for (Map.Entry<Integer, Integer> e : sides.entrySet()) {
      if (e.getValue() > sides.getOrDefault(side, 0)) {
        side = e.getKey();
      }
    }
    return side;
  }

  private ImageShape shape(int side) {
    int resized = resizing.none() ? side : resizing.size();
    return new ImageShape(channels, resized, resized);
  }
}
