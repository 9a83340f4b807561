package io.winnow.models.sample;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SamplingSpec;
import io.winnow.contracts.spec.SamplingSpec.GuidanceSchedule;
import io.winnow.contracts.spec.SamplingSpec.Sampler;
import io.winnow.contracts.spec.SamplingSpec.Spacing;
import io.winnow.contracts.spec.SamplingSpecBuilder;
import io.winnow.models.train.NoiseSchedule;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Images that someone asks of a model. What is left out (null) has its default; equal requests of
 * one model on one kind of machine give equal images.
 *
 * @param label the class, by its name or else by its index; default: every class
 * @param n images of each class asked for, at least 1, all classes together at most 1024; default
 *     8, of a single class 16
 * @param sampler default {@code ddim}
 * @param steps from 1 to the schedule's timesteps; default 20, of {@code ddpm} every timestep
 * @param spacing which timesteps are visited; default {@code trailing}, of {@code ddpm} {@code
 *     linspace}
 * @param eta DDIM's η in [0, 1], default 0; {@code ddpm} has 1
 * @param guidance strength of class-free guidance in [0, 100]; default 1, which is none
 * @param guidanceSchedule default {@code constant}
 * @param guidancePower power of {@code power-cosine} in (0, 100], default 4
 * @param clip whether estimates of the example are clipped to [−1, 1]; default for pixels only
 * @param weights default {@code ema}
 * @param seed of all noise, default 0; a run's own samples come from the run's seed
 * @param batch images at a time; default all, at most 100
 */
public record SampleRequest(
    @JsonProperty("class") @JsonDeserialize(using = ClassReader.class) String label,
    Integer n,
    Sampler sampler,
    Integer steps,
    Spacing spacing,
    Double eta,
    Double guidance,
    GuidanceSchedule guidanceSchedule,
    Double guidancePower,
    Boolean clip,
    Weights weights,
    Long seed,
    Integer batch) {
  /** Most images of one request. */
  public static final int MOST = 1024;

  private static final SamplingSpec DEFAULT = SamplingSpecBuilder.builder().build();
  private static final int ONE_CLASS = 16;

  /** Which of a model's weights. */
  public enum Weights {
    /** The running mean. */
    @JsonProperty("ema")
    EMA,
    /** Those of the last step. */
    @JsonProperty("raw")
    RAW
  }

  public SampleRequest {
    sampler = orElse(sampler, DEFAULT.sampler());
    n = orElse(n, label == null ? DEFAULT.gridPerClass() : (Integer) ONE_CLASS);
    require(n >= 1 && n <= MOST, "n", n, "give 1 to " + MOST);
    if (sampler == Sampler.DDIM) {
      steps = orElse(steps, DEFAULT.steps());
      eta = orElse(eta, DEFAULT.eta());
    } else {
      require(eta == null || eta == 1, "eta", eta, "leave it out with ddpm, or sample by ddim");
      eta = 1.0;
    }
    require(steps == null || steps >= 1, "steps", steps, "give at least 1");
    require(eta >= 0 && eta <= 1, "eta", eta, "give a value in [0, 1]");
    guidance = orElse(guidance, DEFAULT.guidance());
    require(guidance >= 0 && guidance <= 100, "guidance", guidance, "give a value in [0, 100]");
    spacing = orElse(spacing, sampler.spacing());
    guidanceSchedule = orElse(guidanceSchedule, DEFAULT.guidanceSchedule());
    guidancePower = orElse(guidancePower, DEFAULT.guidancePower());
    require(
        guidancePower > 0 && guidancePower <= 100,
        "guidancePower",
        guidancePower,
        "give a value in (0, 100]");
    weights = orElse(weights, Weights.EMA);
    seed = orElse(seed, 0L);
    require(batch == null || (batch >= 1 && batch <= MOST), "batch", batch, "give 1 to " + MOST);
  }

  /** Everything as it is by default. */
  public static SampleRequest defaults() {
    return new SampleRequest(
        null, null, null, null, null, null, null, null, null, null, null, null, null);
  }

  private static <T> T orElse(T value, T fallback) {
    return value != null ? value : fallback;
  }

  private static void require(boolean holds, String field, Object value, String remedy) {
    if (!holds) {
      throw new InvalidInputException("\"" + field + "\" is " + value, remedy);
    }
  }

  /**
   * The labels to draw, in order: with every class, image i is of class i mod k, as a run's own
   * samples are.
   *
   * @param classes the model's class names, by label
   * @throws InvalidInputException no such class, or too many images
   */
  public int[] labels(List<String> classes) {
    if (label != null) {
      int index = index(classes);
      return IntStream.range(0, n).map(i -> index).toArray();
    }
    long images = (long) n * classes.size();
    require(
        images <= MOST,
        "n",
        n,
        n
            + " images of each of "
            + classes.size()
            + " classes are "
            + images
            + ": ask for at most "
            + MOST
            + ", or name a class");
    return IntStream.range(0, (int) images).map(i -> i % classes.size()).toArray();
  }

  private int index(List<String> classes) {
    int named = classes.indexOf(label);
    if (named >= 0) {
      return named;
    }
    if (label.matches("\\d{1,9}") && Integer.parseInt(label) < classes.size()) {
      return Integer.parseInt(label);
    }
    throw new InvalidInputException(
        "the model has no class \"" + label + "\"",
        classes.stream()
            .limit(20)
            .collect(
                Collectors.joining(
                    ", ", "give 0 to " + (classes.size() - 1) + ", or one of: ", "")));
  }

  /**
   * How to draw them.
   *
   * @param images how many
   * @throws InvalidInputException steps that the schedule does not have
   */
  public SamplingPlan plan(NoiseSchedule schedule, int images) {
    int most = schedule.timesteps();
    int taken = orElse(steps, most);
    require(taken <= most, "steps", steps, "give at most " + most + ", the model's timesteps");
    int together = orElse(batch, Math.min(images, DEFAULT.batch()));
    return new SamplingPlan(
        sampler,
        spacing,
        taken,
        eta,
        new Guidance(guidance, guidanceSchedule, guidancePower),
        clip,
        together,
        SamplingPlan.seed(seed));
  }
}
