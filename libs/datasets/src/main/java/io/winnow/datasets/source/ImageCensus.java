package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at every image of a data set of encoded images once, in the order of its rows: settles the
 * shape that all have, and which are left out where bad images are skipped. Images are grey unless
 * any has colour. Where nothing is resized and bad images fail, the first image tells the size;
 * where they are skipped, the most frequent size is the one to have (of equally frequent ones the
 * first), and images are decoded to the end, since a row that is counted must be readable.
 */
final class ImageCensus {
  private static final int NAMED = 20;

  private final ImageDecoder decoder;
  private final Fit fit;
  private final boolean skip;
  private final List<Seen> seen = new ArrayList<>();
  private final Map<Integer, Integer> sides = new LinkedHashMap<>();
  private final Map<Integer, String> problems = new HashMap<>();
  private Seen first;
  private int images;
  private int channels = 1;

  private record Seen(String name, ImageDecoder.Header header) {}

  /**
   * What became of the images.
   *
   * @param shape of those kept
   * @param kept by position in the order they were looked at
   */
  record Result(ImageShape shape, BitSet kept, Skipped skipped) {}

  /**
   * @param skip whether bad images are left out; else the first throws
   */
  ImageCensus(ImageDecoder decoder, Fit fit, boolean skip) {
    this.decoder = decoder;
    this.fit = fit;
    this.skip = skip;
  }

  /**
   * Looks at the next image.
   *
   * @throws InvalidInputException it is bad, and bad images are not to be skipped
   */
  void look(String name, byte[] content) {
    if (!skip) {
      take(new Seen(name, inspect(name, content)));
      return;
    }
    Seen image = new Seen(name, null);
    try {
      ImageDecoder.Header header = inspect(name, content);
      decoder.check(content, name);
      image = new Seen(name, header);
      sides.merge(header.width(), 1, Integer::sum);
    } catch (InvalidInputException e) {
      problems.put(images, e.problem());
    }
    seen.add(image);
    images++;
  }

  private ImageDecoder.Header inspect(String name, byte[] content) {
    ImageDecoder.Header header = decoder.inspect(content, name);
    fit.shape(name, header.channels(), header.height(), header.width());
    return header;
  }

  private void take(Seen image) {
    if (first == null) {
      first = image;
    } else if (fit.none() && image.header().width() != first.header().width()) {
      throw new InvalidInputException(
          "%s is %s pixels, but %s is %s"
              .formatted(image.name(), size(image), first.name(), size(first)),
          "resize all images to one square size, or have it done by dataset.size and"
              + " dataset.resize");
    }
    channels = Math.max(channels, image.header().channels());
    images++;
  }

  private static String size(Seen image) {
    return image.header().width() + "×" + image.header().height();
  }

  /**
   * After the last image.
   *
   * @param what names the data set in errors
   * @throws InvalidInputException none is left
   */
  Result result(String what) {
    BitSet kept = new BitSet(images);
    if (!skip) {
      kept.set(0, images);
      return new Result(shape(first.header().width()), kept, Skipped.NONE);
    }
    int side = mostFrequent();
    for (int i = 0; i < images; i++) {
      Seen image = seen.get(i);
      if (image.header() != null && fit.none() && image.header().width() != side) {
        problems.put(
            i,
            "%s is %s pixels, but most are %d×%d".formatted(image.name(), size(image), side, side));
      }
      if (!problems.containsKey(i)) {
        kept.set(i);
        channels = Math.max(channels, image.header().channels());
      }
    }
    if (kept.isEmpty()) {
      throw new InvalidInputException(
          "%s: none of its %d images can be used; the first: %s"
              .formatted(what, images, problems.get(0)),
          "give images that can be read, all of one square size or with dataset.resize");
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
    int fitted = fit.none() ? side : fit.size();
    return new ImageShape(channels, fitted, fitted);
  }
}
