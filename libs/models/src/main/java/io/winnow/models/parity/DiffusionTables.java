package io.winnow.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SamplingSpec.Spacing;
import io.winnow.models.sample.Timesteps;
import io.winnow.models.train.Chain;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.train.NoiseSchedule.Kind;
import io.winnow.models.train.Prediction;
import io.winnow.torch.engine.Torch;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The constants of the noise schedules against improved-diffusion's code, which DiT and MDT share.
 * Such a file has no network: its tensors are named {@code linear1000.betas}, or of a shorter chain
 * {@code linear1000_respaced_250.betas}, and {@code space_timesteps} holds lists of timesteps by
 * the call that gives them.
 */
final class DiffusionTables implements ParityCheck {
  /** The kind of file. */
  static final String KIND = "diffusion-tables";

  /** The member of the JSON with lists of timesteps. */
  static final String LISTS = "space_timesteps";

  private static final Pattern TABLE =
      Pattern.compile("(linear|squaredcos_cap_v2)_?(\\d+)(?:_respaced_(\\w+))?\\.(\\w+)");
  private static final Pattern CALL =
      Pattern.compile("space_timesteps\\((\\d+), *['\\[]([\\w, ]+)['\\]]\\)");
  private static final Pattern WEIGHT = Pattern.compile("min_snr(\\d+)_weight_(eps|v|xstart)");

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public void run(Torch torch, GoldenFile file, Map<String, float[]> outputs) {
    // there is no network
  }

  @Override
  public Map<String, double[]> exact(GoldenFile file) {
    Map<String, double[]> values = new LinkedHashMap<>();
    file.described().fieldNames().forEachRemaining(name -> table(name, values));
    Iterator<Map.Entry<String, JsonNode>> lists = file.lists().fields();
    lists.forEachRemaining(list -> timesteps(list.getKey(), values));
    return values;
  }

  private static void table(String name, Map<String, double[]> values) {
    Matcher parts = TABLE.matcher(name);
    if (!parts.matches()) {
      return;
    }
    Kind kind = parts.group(1).equals("linear") ? Kind.LINEAR : Kind.COSINE;
    int timesteps = number(parts.group(2));
    NoiseSchedule schedule = new NoiseSchedule(kind, timesteps, Prediction.EPSILON);
    Chain all = schedule.chain();
    Chain chain = parts.group(3) == null ? all : all.over(respaced(timesteps, parts.group(3)));
    IntToDoubleFunction element = element(schedule, chain, parts.group(4));
    if (element != null) {
      values.put(name, IntStream.range(0, chain.length()).mapToDouble(element).toArray());
    }
  }

  private static void timesteps(String call, Map<String, double[]> values) {
    Matcher parts = CALL.matcher(call);
    if (parts.matches()) {
      int[] visited = respaced(number(parts.group(1)), parts.group(2));
      values.put(call, Arrays.stream(visited).asDoubleStream().toArray());
    }
  }

  /** The timesteps of a respacing such as {@code 250}, {@code ddim50} or {@code 10,10,30}. */
  private static int[] respaced(int timesteps, String respacing) {
    if (respacing.startsWith("ddim")) {
      return Timesteps.of(Spacing.LEADING, timesteps, number(respacing.substring(4)));
    }
    int[] parts =
        Arrays.stream(respacing.split("[, _]+")).mapToInt(DiffusionTables::number).toArray();
    return Timesteps.linspace(timesteps, parts);
  }

  private static int number(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "\"" + digits + "\" is not a number of timesteps", "record e.g. 250 or ddim50", e);
    }
  }

  private static IntToDoubleFunction element(NoiseSchedule schedule, Chain chain, String table) {
    Matcher weight = WEIGHT.matcher(table);
    if (weight.matches()) {
      NoiseSchedule predicting =
          schedule.with(
              switch (weight.group(2)) {
                case "v" -> Prediction.V;
                case "xstart" -> Prediction.X0;
                default -> Prediction.EPSILON;
              });
      return k -> predicting.weight(chain, k, number(weight.group(1)));
    }
    return switch (table) {
      case "betas" -> chain::beta;
      case "alphas_cumprod" -> chain::alphaCumprod;
      case "alphas_cumprod_prev" -> chain::previous;
      case "sqrt_alphas_cumprod" -> k -> Math.sqrt(chain.alphaCumprod(k));
      case "sqrt_one_minus_alphas_cumprod" -> k -> Math.sqrt(1 - chain.alphaCumprod(k));
      case "log_one_minus_alphas_cumprod" -> k -> Math.log(1 - chain.alphaCumprod(k));
      case "sqrt_recip_alphas_cumprod" -> k -> Math.sqrt(1 / chain.alphaCumprod(k));
      case "sqrt_recipm1_alphas_cumprod" -> k -> Math.sqrt(1 / chain.alphaCumprod(k) - 1);
      case "posterior_variance" -> chain::posteriorVariance;
      case "posterior_log_variance_clipped" -> chain::logPosteriorVariance;
      case "posterior_mean_coef1" -> chain::meanOfX0;
      case "posterior_mean_coef2" -> chain::meanOfXt;
      case "timestep_map" -> chain::timestep;
      default -> null;
    };
  }
}
