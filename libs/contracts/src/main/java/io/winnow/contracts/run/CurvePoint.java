package io.winnow.contracts.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The quality of a model at a point of its training. All points of a curve use the same number of
 * samples and the same noise, so they are comparable with each other, but not with metrics of more
 * samples.
 *
 * @param images seen in training so far
 * @param seconds the whole training's seconds × images/all images: prorated, as a training that was
 *     interrupted has no clock of its own
 * @param frechet Fréchet distance to the held-out images
 * @param frechetPerClass by label; null for a class with too few rows
 * @param samples drawn at this point
 */
public record CurvePoint(
    long images, double seconds, Measure frechet, List<Double> frechetPerClass, long samples) {

  public CurvePoint {
    frechetPerClass = Collections.unmodifiableList(new ArrayList<>(frechetPerClass));
  }
}
