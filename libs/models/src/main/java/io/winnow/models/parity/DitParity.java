package io.winnow.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.models.architecture.Architectures;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.parity.RecordedSampling.Variance;
import io.winnow.models.sample.Guidance;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.ParameterTable.Parameter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DiT against facebookresearch/DiT. The configuration has the names of its constructor's arguments;
 * where a file of formula weights leaves it out, the name says it: {@code dit_s2_full} is DiT-S/2
 * with the authors' other settings.
 */
final class DitParity implements ParityCheck {
  private static final Pattern NAMED = Pattern.compile("dit_([a-z]+)_?(\\d+)_full");
  private static final int IMAGENET = 1000;

  private static final String TRACE =
      """
      # the condition, the tokens after each block, and what the last layer gives
      def trace(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor, flat: List[Tensor]) -> List[Tensor]:
        p = (self).parameters(flat, )
        c = (self).condition(t, y, p, )
        h = (self).tokens(x, p, )
        steps = [c]
        for i in range(%1$d):
          from = torch.add(%2$d, torch.mul(i, %3$d))
          h = (self).block(h, c, torch.slice(p, from, torch.add(from, %3$d)), )
          _0 = torch.append(steps, h)
        _1 = torch.append(steps, (self).head(h, c, p, ))
        return steps
      """;

  @Override
  public String kind() {
    return "dit";
  }

  @Override
  public void run(Torch torch, GoldenFile file, Map<String, float[]> outputs) {
    DenoiserConfig config = config(file);
    double guidance = file.config().path("cfg_scale").asDouble(4);
    double dropout = file.config().path("class_dropout_prob").asDouble(0.1);
    Map<String, Tensor> weights = file.weights(config.parameters());
    List<String> names = config.parameters().parameters().stream().map(Parameter::name).toList();
    int depth = depth(names);
    int first = (int) names.stream().takeWhile(n -> !n.startsWith("blocks.")).count();
    int perBlock = (int) names.stream().filter(n -> n.startsWith("blocks.0.")).count();
    Function<NoiseSchedule, DenoiserHarness> of =
        schedule ->
            new DenoiserHarness(
                torch,
                config,
                schedule,
                weights,
                0,
                List.of(TRACE.formatted(depth, first, perBlock)));
    try (DenoiserHarness harness = of.apply(NoiseSchedule.linear())) {
      outputs.put("out.pos_embed_init", config.parameters().initial(0).get("pos_embed").floats());
      harness.forward(file, outputs);
      trace(harness, file, depth, outputs);
      harness.noised(file, outputs);
      harness.sinusoids(file, outputs);
      harness.train(file, dropout, outputs);
      RecordedTerms.run(file, harness, dropout, of, outputs);
      Guidance scale = Guidance.constant(guidance);
      new RecordedSampling(harness, file, scale, scale, Variance.LARGEST, outputs).run();
    }
  }

  private static int depth(List<String> names) {
    return (int) names.stream().filter(n -> n.matches("blocks\\.\\d+\\.attn\\.qkv\\.bias")).count();
  }

  private static void trace(
      DenoiserHarness harness, GoldenFile file, int depth, Map<String, float[]> outputs) {
    if (!file.has("in.x", "in.t", "in.y")) {
      return;
    }
    float[][] steps = harness.call(file, "trace", Gradients.NONE, "in.x", "in.t", "in.y");
    outputs.put("out.c", steps[0]);
    for (int block = 0; block < depth; block++) {
      outputs.put("out.blocks." + block, steps[1 + block]);
    }
    outputs.put("out.final_tokens", steps[1 + depth]);
  }

  private static DenoiserConfig config(GoldenFile file) {
    long[] shape = exampleShape(file);
    ExampleSpec example = ExampleSpec.latents((int) shape[1], (int) shape[2], (int) shape[3]);
    return new DenoiserConfig(
        Architectures.of(spec(file), example), example, new ClassLabels(classes(file)));
  }

  private static long[] exampleShape(GoldenFile file) {
    for (String name : List.of("in.x", "in.train.x0", "in.cfg.x", "in.sample.z")) {
      if (file.has(name)) {
        return file.tensor(name).shape();
      }
    }
    throw new InvalidInputException(
        "the file records no input of the network", "record in.x, in.train.x0 or in.sample.z");
  }

  private static int classes(GoldenFile file) {
    JsonNode recorded = file.config().path("num_classes");
    if (recorded.isInt()) {
      return recorded.asInt();
    }
    return file.weightShape("y_embedder.embedding_table.weight")
        .map(shape -> (int) shape[0] - 1)
        .orElse(IMAGENET);
  }

  private static ModelSpec spec(GoldenFile file) {
    Map<String, Object> settings = new HashMap<>();
    String preset = null;
    Matcher named = NAMED.matcher(file.arch().toLowerCase(Locale.ROOT));
    if (!file.config().has("hidden_size")) {
      if (!named.matches()) {
        throw new InvalidInputException(
            "the file's \"config\" has no \"hidden_size\" and its \"arch\" names no preset",
            "record the whole configuration, or call it e.g. dit_s2_full");
      }
      preset = "dit-" + named.group(1) + "/2";
      settings.put("patchSize", Integer.parseInt(named.group(2)));
    }
    Recorded.copy(file, "patch_size", "patchSize", settings);
    Recorded.copy(file, "hidden_size", "hiddenSize", settings);
    Recorded.copy(file, "depth", "depth", settings);
    Recorded.copy(file, "num_heads", "heads", settings);
    Recorded.copy(file, "mlp_ratio", "mlpRatio", settings);
    Recorded.copy(file, "learn_sigma", "learnSigma", settings);
    return new ModelSpec("dit", preset, settings);
  }
}
