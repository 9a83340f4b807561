package io.winnow.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.fuzz.Fuzz;
import io.winnow.contracts.fuzz.Fuzz.Tally;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.image.ImageDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever lies where a data set should be is read to its end or refused. Most damages leave a
 * format's frame whole and hit what is in it, so both happen.
 */
class SourceFuzzTest {
  // an image of the most pixels, its channels apart, and their copies
  private static final long IMAGES = 16 * ImageDecoder.MOST_PIXELS;
  private static final long MEMORY = 64L << 20;

  @TempDir Path folder;

  @Test
  void idxImagesAreReadOrRefused() {
    Sources.idxPair(folder, "train", "", 20, 4, 10);
    fuzz("idx-images", folder.resolve("train-images-idx3-ubyte"), folder, MEMORY);
  }

  @Test
  void idxLabelsAreReadOrRefused() {
    Sources.idxPair(folder, "train", "", 20, 4, 10);
    fuzz("idx-labels", folder.resolve("train-labels-idx1-ubyte"), folder, MEMORY);
  }

  @Test
  void gzippedIdxFilesAreReadOrRefused() {
    Sources.idxPair(folder, "train", ".gz", 20, 4, 10);
    fuzz("idx-gzip", folder.resolve("train-images-idx3-ubyte.gz"), folder, MEMORY);
  }

  @Test
  void cifarBatchesAreReadOrRefused() throws IOException {
    Path file = folder.resolve("data_batch_1.bin");
    Files.write(file, Sources.cifar(20, 0));
    fuzz("cifar", file, folder, MEMORY);
  }

  @Test
  void filesOfCifar100AreReadOrRefused() throws IOException {
    // given 200 records of a coarse label, a fine label and 3,072 pixels
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int i = 0; i < 200; i++) {
      records.write(i % 20);
      records.write(i % 100);
      records.write(new byte[3072]);
    }
    Path file = folder.resolve("train.bin");
    Files.write(file, records.toByteArray());
    fuzz("cifar100", file, folder, MEMORY);
  }

  @Test
  void tarsAreReadOrRefused() {
    Path file = folder.resolve("shard.tar");
    try (Tars tar = Tars.of(file)) {
      tar.sample("a", 0, 1).sample("b", 1, 2).sample("c", 0, 3).sample("d", 1, 4).folder("e/");
    }
    fuzz("tar", file, file, IMAGES);
  }

  @Test
  void zipsAreReadOrRefused() throws IOException {
    Path file = folder.resolve("pets.zip");
    try (var zip = new java.util.zip.ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : List.of("cat/0.png", "cat/1.png", "dog/0.png", "dog/1.png")) {
        zip.putNextEntry(new java.util.zip.ZipEntry(name));
        zip.write(Tars.png(name.length()));
      }
    }
    fuzz("zip", file, file, IMAGES);
  }

  @Test
  void parquetFilesAreReadOrRefused() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (String name : List.of("plain", "snappy", "zstd", "named", "gzip")) {
      try (InputStream in = getClass().getResourceAsStream("/parquet/" + name + ".parquet")) {
        seeds.add(in.readAllBytes());
      }
    }
    Path file = folder.resolve("train.parquet");
    fuzz("parquet", seeds, file, file, IMAGES);
  }

  @Test
  void npzFilesAreReadOrRefused() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (String name : List.of("grey", "colour", "keras", "fortran", "versions")) {
      try (InputStream in = getClass().getResourceAsStream("/npz/" + name + ".npz")) {
        seeds.add(in.readAllBytes());
      }
    }
    Path file = folder.resolve("train.npz");
    fuzz("npz", seeds, file, file, MEMORY);
  }

  @Test
  void imagesAreDecodedOrRefused() throws IOException {
    // given
    List<byte[]> seeds = new ArrayList<>(List.of(Tars.png(0)));
    for (String name : List.of("grey.jpg", "progressive.jpg", "palette.png")) {
      try (InputStream in = getClass().getResourceAsStream("/images/" + name)) {
        seeds.add(in.readAllBytes());
      }
    }
    ImageDecoder decoder = new ImageDecoder();

    // when
    Tally tally =
        new Fuzz("image", IMAGES)
            .run(
                seeds,
                input -> {
                  ImageDecoder.Header header = decoder.inspect(input, "image");
                  decoder.check(input, "image");
                  assertThat(header.width()).isPositive();
                });

    // then
    assertThat(tally.read()).isPositive();
    assertThat(tally.refused()).isPositive();
  }

  private static void fuzz(String parser, Path damaged, Path source, long memory) {
    try {
      fuzz(parser, List.of(Files.readAllBytes(damaged)), damaged, source, memory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fuzz(
      String parser, List<byte[]> seeds, Path damaged, Path source, long memory) {
    // when
    Tally tally =
        new Fuzz(parser, memory)
            .run(
                seeds,
                input -> {
                  Files.write(damaged, input);
                  readWhole(source);
                });

    // then
    assertThat(tally.refused()).isPositive();
  }

  private static void readWhole(Path source) {
    try (DatasetSource open = Sources.open(source)) {
      ImageShape shape = open.shape();
      assertThat(shape.bytes()).isPositive();
      Stream.of(DatasetSource.TRAIN, DatasetSource.HELDOUT)
          .forEach(
              split -> {
                try (BatchReader reader = open.read(split)) {
                  while (reader.next(4).isPresent()) {
                    // to the end
                  }
                }
              });
    }
  }
}
