package io.winnow.selector;

import io.winnow.artifacts.LossTable;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.artifact.AbbreviatedAddresses;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the inputs of a selection in the store by name, address or abbreviated digest. */
@Singleton
class ArtifactResolver {
  private static final String DATASETS = "datasets/";
  private static final String FEATURES = "features/";
  private static final String MODELS = "models/";
  private static final int SHOWN = 12;

  private final ArtifactStore store;

  ArtifactResolver(ArtifactStore store) {
    this.store = store;
  }

  /**
   * @param named a data set's name, or its address, whose digest may be cut short
   * @throws InvalidInputException there is none, or there are several
   */
  Artifact dataset(String named) {
    String path = trimmed(named);
    List<String> found =
        path.startsWith(DATASETS)
            ? addresses(DATASETS).stream()
                .filter(address -> AbbreviatedAddresses.matches(path, address))
                .toList()
            : addresses(DATASETS + path + "/");
    if (found.isEmpty()) {
      List<String> all = addresses(DATASETS);
      throw new InvalidInputException(
          "there is no data set \"" + named + "\"",
          all.isEmpty() ? "import one: winnow import PATH" : "name one of " + choices(all));
    }
    return open(one(found, "data sets \"" + named + "\"", "name one by its address"));
  }

  /**
   * The features of a data set.
   *
   * @param features their address, or null
   * @param encoder its address or digest, which may be cut short, or null
   * @throws InvalidInputException there are none, or several
   */
  Artifact features(ArtifactRef dataset, String features, String encoder) {
    List<Artifact> all =
        addresses(FEATURES).stream()
            .map(this::open)
            .filter(kept -> input(kept, 0).equals(dataset.digest()))
            .toList();
    if (all.isEmpty()) {
      throw new InvalidInputException(
          "no features of " + dataset.address() + " are kept",
          "a run makes them: winnow submit SPEC, or winnow demo --dataset PATH");
    }
    List<Artifact> meant =
        all.stream()
            .filter(
                kept ->
                    features == null
                        || AbbreviatedAddresses.matches(trimmed(features), kept.ref().address()))
            .filter(
                kept ->
                    encoder == null
                        || AbbreviatedAddresses.matches(trimmed(encoder), MODELS + input(kept, 1)))
            .toList();
    if (meant.size() != 1) {
      throw new InvalidInputException(
          (meant.isEmpty() ? "no features" : "features by " + meant.size() + " encoders")
              + " of "
              + dataset.address()
              + (meant.isEmpty() ? " are those asked for" : " are kept"),
          "give \"encoder\" or \"features\": "
              + all.stream()
                  .map(
                      kept ->
                          shortened(kept.ref().address())
                              + " by encoder "
                              + input(kept, 1).substring(0, SHOWN))
                  .collect(Collectors.joining(", ")));
    }
    return meant.get(0);
  }

  /**
   * Address of a model, whose digest may be cut short.
   *
   * @throws InvalidInputException there is none, or there are several
   */
  String model(String named) {
    List<String> found =
        addresses(MODELS).stream()
            .filter(address -> AbbreviatedAddresses.matches(trimmed(named), address))
            .toList();
    if (found.isEmpty()) {
      throw new InvalidInputException(
          "there is no reference model at \"" + named + "\"",
          "give \"reference\" the address of a trained model (models/<digest>)");
    }
    return one(found, "models \"" + named + "\"", "give more digits");
  }

  /**
   * Address of the reference under which a data set's losses are kept.
   *
   * @throws InvalidInputException there are none of these draws and this seed, or of several
   *     references
   */
  String referenceOfLosses(ArtifactRef dataset, LossTable.Draws wanted) {
    List<Artifact> all =
        addresses(LossTable.KIND + "/").stream()
            .map(this::open)
            .filter(kept -> input(kept, 0).equals(dataset.digest()))
            .toList();
    List<String> references =
        all.stream()
            .filter(kept -> LossTable.draws(kept).equals(wanted))
            .map(LossTable::reference)
            .distinct()
            .toList();
    if (references.isEmpty()) {
      throw new InvalidInputException(
          "no losses of "
              + dataset.address()
              + " by "
              + wanted
              + " are kept"
              + (all.isEmpty()
                  ? ""
                  : ", but by " + all.stream().map(LossTable::draws).distinct().toList()),
          "give \"reference\" the address of a diffusion model trained on these images"
              + " (models/<digest>), or submit a run with this criterion, which trains one");
    }
    return one(
        references,
        "references by which losses of " + dataset.address() + " are kept",
        "give \"reference\" one of them");
  }

  private static String one(List<String> found, String what, String remedy) {
    if (found.size() > 1) {
      throw new InvalidInputException(
          "there are " + found.size() + " " + what, remedy + ": " + choices(found));
    }
    return found.get(0);
  }

  private Artifact open(String address) {
    return store
        .find(address)
        .orElseThrow(
            () -> new InvalidInputException("artifact " + address + " is gone", "ask again"));
  }

  private List<String> addresses(String prefix) {
    return new AbbreviatedAddresses(store.objects()).committed(prefix);
  }

  private static String input(Artifact artifact, int index) {
    List<String> inputs = artifact.manifest().inputs();
    return index < inputs.size() ? inputs.get(index) : "";
  }

  private static String trimmed(String named) {
    return named.strip().replaceAll("/+$", "");
  }

  private static String choices(List<String> addresses) {
    return addresses.stream().map(ArtifactResolver::shortened).collect(Collectors.joining(", "));
  }

  private static String shortened(String address) {
    return address.replaceAll("([0-9a-f]{" + SHOWN + "})[0-9a-f]{52}", "$1");
  }
}
