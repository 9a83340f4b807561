package io.winnow.datasets.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Small data sets in the layouts in which ImageNet is published, to be written in any form. */
public final class ImageNetFiles {
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  /** Adds a text. */
  public ImageNetFiles text(String name, String text) {
    files.put(name, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Adds a grey PNG of 6×6 whose pixel j is first + j, whatever the name's ending. */
  public ImageNetFiles image(String name, int first) {
    files.put(name, Tars.png(first));
    return this;
  }

  /**
   * Three training images of n01 and of n02 with the first pixels 0 to 2 and 100 to 102, validation
   * images 60 of n02 and 50 of n01, and a test image without a label.
   */
  public static ImageNetFiles tiny() {
    ImageNetFiles tiny = new ImageNetFiles();
    tiny.image("test/images/test_0.JPEG", 70);
    for (String name : new String[] {"n02", "n01"}) {
      for (int i = 0; i < 3; i++) {
        tiny.image(
            "train/%s/images/%s_%d.JPEG".formatted(name, name, i),
            i + (name.equals("n01") ? 0 : 100));
      }
      tiny.text("train/" + name + "/" + name + "_boxes.txt", "a 0 0 1 1\n");
    }
    return tiny.image("val/images/val_0.JPEG", 60)
        .image("val/images/val_1.JPEG", 50)
        .text(
            "val/val_annotations.txt",
            "val_0.JPEG\tn02\t0\t32\t44\t62\nval_1.JPEG\tn01\t52\t55\t57\t59\n")
        .text("wnids.txt", "n02\nn01\n")
        .text("words.txt", "n00\tentity\nn02\tbird, fowl\nn01\tfish\n");
  }

  /** As at Kaggle: two training images a class, flat validation images with a CSV beside. */
  public static ImageNetFiles kaggle() {
    ImageNetFiles kaggle = new ImageNetFiles();
    String data = "ILSVRC/Data/CLS-LOC/";
    for (int i = 0; i < 2; i++) {
      kaggle.image(data + "train/n01/n01_" + i + ".JPEG", i);
      kaggle.image(data + "train/n02/n02_" + i + ".JPEG", 100 + i);
    }
    return kaggle
        .image(data + "val/ILSVRC2012_val_00000001.JPEG", 60)
        .image(data + "val/ILSVRC2012_val_00000002.JPEG", 50)
        .image(data + "test/ILSVRC2012_test_00000001.JPEG", 70)
        .text("ILSVRC/ImageSets/CLS-LOC/val.txt", "ILSVRC2012_val_00000001 1\n")
        .text("ILSVRC/Annotations/CLS-LOC/val/ILSVRC2012_val_00000001.xml", "<annotation/>")
        .text("LOC_synset_mapping.txt", "n01 tench, Tinca tinca\nn02 goldfish\n")
        .text(
            "LOC_val_solution.csv",
            "ImageId,PredictionString\nILSVRC2012_val_00000002,n01 1 2 3 4 n01 5 6 7 8 \n"
                + "ILSVRC2012_val_00000001,n02 1 2 3 4 \n");
  }

  /** Writes the files below a folder, and returns it. */
  public Path folder(Path folder) {
    files.forEach(
        (name, content) -> {
          try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return folder;
  }

  /** Writes a zip of the files below a prefix. */
  public Path zip(Path zip, String prefix) {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        out.putNextEntry(new ZipEntry(prefix + file.getKey()));
        out.write(file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zip;
  }

  /** Writes a tar of the files below a prefix. */
  public Path tar(Path tar, String prefix) {
    try (Tars made = Tars.of(tar)) {
      files.forEach((name, content) -> made.member(prefix + name, content));
    }
    return tar;
  }
}
