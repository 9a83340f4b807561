package io.winnow.datasets.source.webdataset;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.ClassIndex;
import io.winnow.datasets.source.format.ClassTitles;
import io.winnow.datasets.source.format.HeldOutLabels;
import io.winnow.datasets.source.format.PartFolders;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which part and class the folders of a tar's images have: the same as if the tar were unpacked.
 * Memory holds the names of folders, and of a list of labels.
 */
final class TarLayout {
  private final ClassIndex classes;
  private final Map<String, String> train;
  private final Map<String, String> heldout;
  private final Set<String> listed;
  private final HeldOutLabels labels;
  private final ClassTitles titles;

  private TarLayout(
      Map<String, String> train,
      Map<String, String> heldout,
      Set<String> listed,
      HeldOutLabels labels,
      ClassTitles titles) {
    this.classes = new ClassIndex(new TreeSet<>(train.values()));
    this.train = train;
    this.heldout = heldout;
    this.listed = listed;
    this.labels = labels;
    this.titles = titles;
  }

  /**
   * The layout of a tar of class folders; empty if it has fewer than two, or images beside them.
   *
   * @param shard the tar in errors
   * @param folders of the images, which end with '/'
   * @param lists the texts that may name classes or labels, by path
   * @throws InvalidInputException images beside the parts, more than one held-out part, or one
   *     without labels
   */
  static Optional<TarLayout> of(
      String shard, Collection<String> folders, Map<String, String> lists) {
    Optional<String> top = top(folders);
    return top.isPresent() ? parted(shard, top.get(), folders, lists) : plain(folders, lists);
  }

  /** The folder above the shallowest folder of a training part that has folders. */
  private static Optional<String> top(Collection<String> folders) {
    String train = "/" + PartFolders.TRAIN + "/";
    return folders.stream()
        .map(folder -> "/" + folder)
        .filter(f -> f.contains(train) && f.indexOf(train) + train.length() < f.length())
        .map(f -> f.substring(1, f.indexOf(train) + 1))
        .min((a, b) -> Integer.compare(a.length(), b.length()));
  }

  private static Optional<TarLayout> plain(Collection<String> folders, Map<String, String> lists) {
    String common = common(folders);
    Map<String, String> classes = new TreeMap<>();
    for (String folder : folders) {
      if (folder.equals(common)) {
        return Optional.empty();
      }
      classes.put(folder, first(folder.substring(common.length())));
    }
    return Set.copyOf(classes.values()).size() < 2
        ? Optional.empty()
        : Optional.of(
            new TarLayout(classes, Map.of(), Set.of(), null, titles(List.of(common, ""), lists)));
  }

  /** The deepest folder in which all others are. */
  private static String common(Collection<String> folders) {
    String common = folders.iterator().next();
    for (String folder : folders) {
      while (!folder.startsWith(common)) {
        common = common.substring(0, common.lastIndexOf('/', common.length() - 2) + 1);
      }
    }
    return common;
  }

  private static String first(String path) {
    return path.substring(0, path.indexOf('/'));
  }

  private static Optional<TarLayout> parted(
      String shard, String top, Collection<String> folders, Map<String, String> lists) {
    Map<String, Map<String, String>> parts = new TreeMap<>();
    Map<String, Set<String>> flat = new TreeMap<>();
    for (String folder : folders) {
      String below = folder.startsWith(top) ? folder.substring(top.length()) : "";
      String part = below.isEmpty() ? "" : first(below);
      String rest = below.isEmpty() ? "" : below.substring(part.length() + 1);
      boolean train = part.equals(PartFolders.TRAIN);
      if (!PartFolders.isPart(part) || train && rest.isEmpty()) {
        throw new InvalidInputException(
            shard + " has images beside those in " + PartFolders.TRAIN + "/",
            "unpack it, and keep " + PartFolders.TRAIN + "/ and one held-out folder");
      }
      if (!train && (rest.isEmpty() || rest.equals(PartFolders.IMAGES + "/"))) {
        flat.computeIfAbsent(part, p -> new TreeSet<>()).add(folder);
      } else {
        parts.computeIfAbsent(part, p -> new HashMap<>()).put(folder, first(rest));
      }
    }
    Map<String, String> train = parts.remove(PartFolders.TRAIN);
    List<String> places = places(top);
    Map<String, HeldOutLabels> found = new TreeMap<>();
    flat.keySet().forEach(part -> labels(top, part, lists).ifPresent(l -> found.put(part, l)));
    Set<String> labelled = new TreeSet<>(parts.keySet());
    labelled.addAll(found.keySet());
    requireOne(shard, labelled, flat.keySet());
    String heldout = labelled.stream().findFirst().orElse("");
    return Set.copyOf(train.values()).size() < 2
        ? Optional.empty()
        : Optional.of(
            new TarLayout(
                train,
                found.containsKey(heldout) ? Map.of() : parts.getOrDefault(heldout, Map.of()),
                found.containsKey(heldout) ? flat.get(heldout) : Set.of(),
                found.get(heldout),
                titles(places, lists)));
  }

  private static void requireOne(String shard, Set<String> labelled, Set<String> flat) {
    if (labelled.size() > 1) {
      throw new InvalidInputException(
          shard + " has the held-out folders " + String.join(" and ", labelled),
          "unpack it, and keep one of them beside " + PartFolders.TRAIN + "/");
    }
    if (labelled.isEmpty() && !flat.isEmpty()) {
      throw new InvalidInputException(
          "%s: the folder %s beside train/ has no class folders"
              .formatted(shard, flat.iterator().next()),
          "unpack it, and " + HeldOutLabels.REMEDY);
    }
  }

  private static Optional<HeldOutLabels> labels(
      String top, String part, Map<String, String> lists) {
    List<String> places = new ArrayList<>(List.of(top + part + "/"));
    if (HeldOutLabels.besideMeans(part)) {
      places.addAll(places(top));
    }
    return list(places, HeldOutLabels.FILES, lists)
        .map(path -> HeldOutLabels.parse(name(path), lists.get(path)));
  }

  private static ClassTitles titles(List<String> places, Map<String, String> lists) {
    return list(places, ClassTitles.FILES, lists)
        .map(path -> ClassTitles.parse(path, lists.get(path)))
        .orElse(ClassTitles.NONE);
  }

  /** The folder with the parts, and the root of the data set, if that is ImageNet's archive. */
  private static List<String> places(String top) {
    String inner = PartFolders.IMAGENET + "/";
    return top.endsWith(inner)
        ? List.of(top, top.substring(0, top.length() - inner.length()))
        : List.of(top);
  }

  private static Optional<String> list(
      List<String> places, List<String> names, Map<String, String> lists) {
    return places.stream()
        .flatMap(place -> names.stream().map(name -> place + name))
        .filter(lists::containsKey)
        .findFirst();
  }

  /** Whether {@link #of} may need the text of a file. */
  static boolean isList(String path) {
    return HeldOutLabels.FILES.contains(name(path)) || ClassTitles.FILES.contains(name(path));
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The names of the classes' folders, and what people call them. */
  ClassIndex classes() {
    return classes;
  }

  ClassTitles titles() {
    return titles;
  }

  /** Whether there is a held-out part. */
  boolean hasHeldOut() {
    return !heldout.isEmpty() || !listed.isEmpty();
  }

  /** The class of an image of the training part; empty if it is not in that part. */
  Optional<String> trainClass(String folder) {
    return Optional.ofNullable(train.get(folder));
  }

  /**
   * The class of an image of the held-out part; empty if it is not in that part.
   *
   * @throws InvalidInputException the list of labels does not name it
   */
  Optional<String> heldOutClass(String folder, String path) {
    return listed.contains(folder)
        ? Optional.of(labels.classOf(path, classes))
        : Optional.ofNullable(heldout.get(folder));
  }
}
