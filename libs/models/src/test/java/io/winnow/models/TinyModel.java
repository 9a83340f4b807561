package io.winnow.models;

import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.train.Objective;
import io.winnow.models.train.TrainingPlan;
import io.winnow.models.unet.Unet;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.optimiser.AdamSettings;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A model and images small enough for many steps in a test. */
public final class TinyModel {
  /** 8×8 grey images of 3 classes, with every kind of layer and dropout. */
  public static final DenoiserConfig MODEL =
      new DenoiserConfig(
          new Unet(1, 8, List.of(1, 2), 1, List.of(4), 2, 4, 0.1),
          ExampleSpec.pixels(1, 8, 8),
          new ClassLabels(3));

  private TinyModel() {}

  /** Every option on. */
  public static TrainingPlan plan(Precision precision, long seed) {
    return new TrainingPlan(
        MODEL,
        NoiseSchedule.linear(),
        new Objective(5, 0.2),
        new AdamSettings(5e-3, 0.9, 0.999, 0.01, 5, 0, 1, 1, 0.9),
        precision,
        0,
        seed);
  }

  /** Images whose class is the third of rows that is bright, with a little noise. */
  public static byte[] images(int[] labels, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] images = new byte[labels.length * 64];
    for (int i = 0; i < images.length; i++) {
      int row = i % 64 / 8;
      boolean bright = Math.min(2, row / 3) == labels[i / 64];
      images[i] = (byte) ((bright ? 200 : 30) + random.nextInt(20));
    }
    return images;
  }

  /** 0, 1, 2, 0, … */
  public static int[] labels(int count) {
    return IntStream.range(0, count).map(i -> i % 3).toArray();
  }

  /** All 1. */
  public static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
