package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The class of each image of a held-out folder without class folders, as a file of one of {@link
 * #FILES} lists them. Images are found by their file's name without its ending.
 */
public final class HeldOutLabels {
  /**
   * The files that can be read, by preference: that of Tiny-ImageNet ({@code FILE⇥CLASS⇥…}), that
   * of ImageNet at Kaggle ({@code ImageId,PredictionString}, where the class is the first word), a
   * list as Caffe has it ({@code FILE CLASS}, or the number of the class from 0), and one with the
   * class of each of ImageNet's validation images in their order.
   */
  public static final List<String> FILES =
      List.of(
          "val_annotations.txt",
          "LOC_val_solution.csv",
          "val.txt",
          "imagenet_2012_validation_synset_labels.txt");

  /** What to do if there is none of them. */
  public static final String REMEDY =
      "put its images into the class folders of train/, add one of "
          + String.join(", ", FILES)
          + ", or remove it";

  private static final String NUMBER = "\\d{1,9}";
  private static final String VALIDATION_IMAGE = "ILSVRC2012_val_%08d";

  private final String file;
  private final Map<String, String> classes = new HashMap<>();
  private int highest = -1;

  private HeldOutLabels(String file) {
    this.file = file;
  }

  /**
   * Whether a file may hold the labels of a part's images, if it lies beside the part's folder: the
   * names say that they are of the validation part.
   */
  public static boolean besideMeans(String part) {
    return part.startsWith("val");
  }

  /**
   * Reads a list.
   *
   * @param file its name, one of {@link #FILES}
   * @param text its content
   */
  public static HeldOutLabels parse(String file, String text) {
    HeldOutLabels labels = new HeldOutLabels(file);
    List<String> lines = text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    boolean ordered = FILES.indexOf(file) == FILES.size() - 1;
    for (int i = 0; i < lines.size(); i++) {
      if (ordered) {
        labels.put(String.format(Locale.ROOT, VALIDATION_IMAGE, i + 1), lines.get(i));
        continue;
      }
      String[] columns = lines.get(i).split(separator(file), 3);
      if (columns.length > 1) {
        labels.put(stem(columns[0].strip()), columns[1].strip());
      }
    }
    return labels;
  }

  private void put(String image, String name) {
    classes.put(image, name);
    if (name.matches(NUMBER)) {
      highest = Math.max(highest, Integer.parseInt(name));
    }
  }

  private static String separator(String file) {
    if (file.endsWith(".csv")) {
      // what follows the class is a box
      return "[, ]";
    }
    return file.equals(FILES.get(0)) ? "\t" : "\\s+";
  }

  private static String stem(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    boolean image =
        last.lastIndexOf('.') > 0 && SourceFiles.IMAGE_ENDINGS.contains(SourceFiles.ending(last));
    return image ? last.substring(0, last.lastIndexOf('.')) : last;
  }

  /**
   * The class of an image.
   *
   * @param image its path, relative to the source
   * @param all the classes of the training part, sorted; a number in the list stands for one of
   *     them
   * @throws InvalidInputException the list has no class for the image, or one that is not among
   *     them, or it numbers another number of classes
   */
  public String classOf(String image, ClassIndex all) {
    String name = classes.get(stem(image));
    if (name == null || !all.contains(name) && !name.matches(NUMBER)) {
      throw new InvalidInputException(
          "%s names %s of %s"
              .formatted(
                  file, name == null ? "no class" : "a class without training images", image),
          "download the data set again, or remove the image");
    }
    return all.contains(name) ? name : numbered(Integer.parseInt(name), all);
  }

  private String numbered(int label, ClassIndex all) {
    if (highest + 1 != all.size()) {
      throw new InvalidInputException(
          "%s numbers classes from 0 to %d, but there are %d class folders"
              .formatted(file, highest, all.size()),
          "provide all classes, or list each image with the name of its class folder");
    }
    return all.name(label);
  }
}
