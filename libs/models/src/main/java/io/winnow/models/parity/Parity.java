package io.winnow.models.parity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.models.vision.Resnet;
import io.winnow.torch.engine.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether Winnow computes what a file records. Both sides are float32 computations whose distance
 * from the exact values is about {@code fp32_error}, so they may differ by its double; two units in
 * the last place of the largest value are always allowed, since that is what a single rounding of
 * either side can be.
 */
public final class Parity {
  private static final List<ParityCheck> CHECKS =
      List.of(
          new AdanParity(),
          new AutoencoderParity(),
          new ClipImageParity(),
          new ClipTextParity(),
          new DiffusionTables(),
          new DinoParity(),
          new DitParity(),
          new MdtParity(),
          new UnetParity(),
          VisionParity.of("resnet18", Resnet::of18),
          VisionParity.of("resnet34", Resnet::of34),
          VisionParity.of("resnet50", Resnet::of50),
          VisionParity.of("resnet101", Resnet::of101),
          VisionParity.inception(),
          VisionParity.fidInception());

  private static final double ROUNDINGS = 2 * 0x1p-23;
  // The norms are recorded with 7 digits.
  private static final double NORM_TOLERANCE = 1e-5;
  // Values in float64 may differ by the roundings of sums and products over a thousand timesteps.
  private static final double EXACT_TOLERANCE = 1e-11;
  private static final String OUTPUT = "out.";
  private static final String NORM = "grad_norms.";

  /**
   * One recorded value and Winnow's.
   *
   * @param name of the tensor, or {@code grad_norms.<parameter>}
   * @param difference the greatest absolute difference of an element; null where Winnow computes no
   *     such value or one of another size
   * @param absmax the greatest absolute value recorded
   * @param fp32Error the distance of the recorded float32 values from the same computation in
   *     float64; null where the file does not say
   * @param tolerance the greatest difference allowed
   * @param pass whether the difference is at most the tolerance
   */
  public record Result(
      String name,
      Double difference,
      double absmax,
      @JsonProperty("fp32_error") Double fp32Error,
      double tolerance,
      boolean pass) {}

  /**
   * All values of a file.
   *
   * @param file its path
   * @param arch the architecture that it names
   * @param pass whether all results pass
   * @param results in the order of the file
   */
  public record Report(String file, String arch, boolean pass, List<Result> results) {}

  private Parity() {}

  /** The kinds of computations that can be compared. */
  public static List<String> kinds() {
    return CHECKS.stream().map(ParityCheck::kind).toList();
  }

  /**
   * Runs what a file records.
   *
   * @throws InvalidInputException the file is missing or damaged, or of an unknown kind
   */
  public static Report of(Torch torch, Path path) {
    GoldenFile file = GoldenFile.read(path);
    ParityCheck check = check(file.arch());
    Map<String, float[]> computed = new HashMap<>();
    check.run(torch, file, computed);
    List<Result> results = new ArrayList<>();
    file.described()
        .fields()
        .forEachRemaining(
            field -> {
              if (field.getKey().startsWith(OUTPUT)) {
                results.add(
                    output(
                        field.getKey(),
                        field.getValue(),
                        GoldenFile.values(file.tensor(field.getKey())),
                        computed.get(field.getKey())));
              }
            });
    file.gradientNorms()
        .fields()
        .forEachRemaining(
            norm ->
                results.add(
                    norm(
                        NORM + norm.getKey(),
                        norm.getValue().asDouble(),
                        computed.get(NORM + norm.getKey()))));
    Map<String, double[]> exact = check.exact(file);
    file.constants()
        .forEach((name, recorded) -> results.add(exact(name, recorded, exact.get(name))));
    if (results.isEmpty()) {
      throw new InvalidInputException(path + " records no output", "record at least one out.*");
    }
    return new Report(
        path.toString(), file.arch(), results.stream().allMatch(Result::pass), results);
  }

  private static ParityCheck check(String arch) {
    return CHECKS.stream()
        .filter(check -> arch.equals(check.kind()) || arch.startsWith(check.kind() + "_"))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "cannot compare the architecture \"" + arch + "\"",
                    kinds().stream()
                        .collect(Collectors.joining(", ", "the known kinds are ", ""))));
  }

  private static Result output(String name, JsonNode about, double[] recorded, float[] computed) {
    double absmax = absmax(recorded);
    Double error = about.path("fp32_error").isNumber() ? about.path("fp32_error").asDouble() : null;
    double tolerance = (error == null ? 1e-5 * absmax : 2 * error) + ROUNDINGS * absmax;
    Double difference = computed == null ? null : difference(recorded, widened(computed));
    return new Result(
        name, difference, absmax, error, tolerance, difference != null && difference <= tolerance);
  }

  private static Result exact(String name, double[] recorded, double[] computed) {
    double absmax = absmax(recorded);
    double tolerance = EXACT_TOLERANCE * absmax;
    Double difference = difference(recorded, computed);
    return new Result(
        name, difference, absmax, null, tolerance, difference != null && difference <= tolerance);
  }

  private static double absmax(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  private static double[] widened(float[] floats) {
    double[] values = new double[floats.length];
    Arrays.setAll(values, i -> floats[i]);
    return values;
  }

  // NaN where an element is not a number on one side only, which is no pass.
  private static Double difference(double[] recorded, double[] computed) {
    if (computed == null || computed.length != recorded.length) {
      return null;
    }
    double greatest = 0;
    for (int i = 0; i < recorded.length; i++) {
      double difference = Math.abs(recorded[i] - computed[i]);
      if (Double.isNaN(difference)) {
        return Double.NaN;
      }
      greatest = Math.max(greatest, difference);
    }
    return greatest;
  }

  private static Result norm(String name, double recorded, float[] computed) {
    Double difference = computed == null ? null : Math.abs(recorded - computed[0]);
    double tolerance = NORM_TOLERANCE * Math.max(Math.abs(recorded), 1e-3);
    return new Result(
        name,
        difference,
        Math.abs(recorded),
        null,
        tolerance,
        difference != null && difference <= tolerance);
  }
}
