package io.winnow.trainer.quality;

import io.winnow.contracts.InvalidInputException;
import io.winnow.storage.features.FeatureStatistics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How near generated images lie to held-out ones in a surrogate's feature space.
 *
 * @param distance Fréchet distance over all classes
 * @param perClass by label; null for a class with too few rows on either side, and for all where
 *     classes × features² are so many that statistics hold no covariance of a class
 * @param samples generated images it rests on
 * @param heldout held-out images it rests on
 * @param rowsForClass rows that a class needs on both sides: more than there are features, since
 *     fewer leave its covariance without full rank and the distance says little
 */
public record SampleQuality(
    double distance, List<Double> perClass, long samples, long heldout, long rowsForClass) {

  public SampleQuality {
    perClass = Collections.unmodifiableList(new ArrayList<>(perClass));
  }

  /**
   * Sample covariances (n − 1), as the usual FID scripts take them.
   *
   * @param samples statistics of the generated images' features
   * @param heldout statistics of the held-out images' features, in the same space
   * @throws InvalidInputException fewer than two rows on a side, or features of different spaces
   */
  public static SampleQuality of(FeatureStatistics samples, FeatureStatistics heldout) {
    enough(samples, "samples", "raise sampling.images");
    enough(heldout, "held-out images", "raise dataset.holdout");
    int d = samples.mean().length;
    if (heldout.mean().length != d) {
      throw new InvalidInputException(
          "samples have " + d + " features, held-out images " + heldout.mean().length,
          "encode both with one surrogate");
    }
    double distance =
        FrechetDistance.between(
            samples.mean(), samples.covariance(1), heldout.mean(), heldout.covariance(1));
    boolean ofClasses = samples.hasClassCovariances() && heldout.hasClassCovariances();
    List<Double> perClass = new ArrayList<>();
    for (int c = 0; c < heldout.classes(); c++) {
      perClass.add(
          ofClasses && samples.count(c) > d && heldout.count(c) > d
              ? FrechetDistance.between(
                  samples.mean(c),
                  samples.covariance(c, 1),
                  heldout.mean(c),
                  heldout.covariance(c, 1))
              : null);
    }
    return new SampleQuality(distance, perClass, samples.count(), heldout.count(), d + 1L);
  }

  private static void enough(FeatureStatistics statistics, String what, String remedy) {
    if (statistics.count() < 2) {
      throw new InvalidInputException(
          "a Fréchet distance wants two " + what + ", there is " + statistics.count(), remedy);
    }
  }
}
