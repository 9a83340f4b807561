package io.winnow.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.SamplingSpec.GuidanceSchedule;
import io.winnow.models.architecture.Architectures;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.mdt.Mdt;
import io.winnow.models.parity.RecordedSampling.Variance;
import io.winnow.models.sample.Guidance;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.ParameterTable.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * MDTv2 against sail-sg/MDT. The configuration has the names of its constructor's arguments; where
 * a file of formula weights leaves some out, the name says them: {@code mdtv2_s2_full} is
 * MDTv2-S/2.
 */
final class MdtParity implements ParityCheck {
  private static final Pattern NAMED = Pattern.compile("mdtv2_([a-z]+)_?(\\d+)_full");
  private static final int IMAGENET = 1000;

  private static final double MIN_SNR = 5;
  // the default of forward_with_cfg, and what the official script of sampling, infer_mdt.py, gives
  // it
  private static final double FORWARD_POWER = 4;
  private static final double SAMPLING_POWER = 0.01;

  // %1$d: blocks on each side of the encoder's shortcuts, %2$d and %3$d: first parameter and
  // parameters of those before, %4$d and %5$d: of those after; %6$d: blocks of the decoder, %7$d:
  // their first parameter
  private static final String BLOCKS =
      """
      # the tokens after each block of the encoder
      def encoded(self: __torch__.Kernel, x: Tensor, c: Tensor, index: Tensor, kept: Tensor, p: List[Tensor]) -> List[Tensor]:
        h = x
        steps = annotate(List[Tensor], [])
        for i in range(%1$d):
          from = torch.add(%2$d, torch.mul(i, %3$d))
          h = (self).block(h, c, index, kept, torch.slice(p, from, torch.add(from, %3$d)), )
          _0 = torch.append(steps, h)
        for i in range(%1$d):
          from = torch.add(%4$d, torch.mul(i, %5$d))
          skip = steps[torch.sub(torch.sub(%1$d, 1), i)]
          h = (self).skip_block(h, skip, c, index, kept, torch.slice(p, from, torch.add(from, %5$d)), )
          _1 = torch.append(steps, h)
        return steps

      # the tokens after each block of the decoder
      def decoded(self: __torch__.Kernel, x: Tensor, x0: Tensor, c: Tensor, index: Tensor, p: List[Tensor]) -> List[Tensor]:
        h = x
        steps = annotate(List[Tensor], [])
        for i in range(%6$d):
          from = torch.add(%7$d, torch.mul(i, %5$d))
          h = (self).skip_block(h, x0, c, index, torch.empty([0, 0], dtype=4), torch.slice(p, from, torch.add(from, %5$d)), )
          _0 = torch.append(steps, h)
        return steps

      # tokens, condition and index, then the tokens after each block and after the last layer
      def trace(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor, flat: List[Tensor]) -> List[Tensor]:
        p = (self).parameters(flat, )
        c = (self).condition(t, y, p, )
        x0 = (self).tokens(x, p, )
        index = (self).relative_index(x, )
        steps = (self).encoded(x0, c, index, torch.empty([0, 0], dtype=4), p, )
        more = (self).decoded(torch.add(steps[torch.sub(torch.len(steps), 1)], p[1]), x0, c, index, p, )
        last = (self).head(more[torch.sub(torch.len(more), 1)], c, p, )
        return torch.add(torch.add(torch.add([x0, c, torch.to(index, 6)], steps), more), [last])
      """;

  // %1$d and %2$d: the side block's first parameter, and the first after it
  private static final String MASKED =
      """
      # tokens kept, their places and the mask; the tokens after each block; those of the side block, and what it gives; the output
      def trace_masked(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor, ratio: Tensor, order: Tensor, flat: List[Tensor]) -> List[Tensor]:
        p = (self).parameters(flat, )
        c = (self).condition(t, y, p, )
        x0 = (self).tokens(x, p, )
        index = (self).relative_index(x, )
        draws = [torch.expand(ratio, [torch.size(x, 0)]), order]
        kept, places, = (self).kept(draws, )
        D = torch.size(x0, 2)
        few = torch.gather(x0, 1, torch.expand(torch.unsqueeze(kept, 2), [torch.size(kept, 0), torch.size(kept, 1), D]))
        steps = (self).encoded(few, c, index, kept, p, )
        h = steps[torch.sub(torch.len(steps), 1)]
        gaps = torch.expand(p[2], [torch.size(x, 0), torch.sub(torch.size(x0, 1), torch.size(kept, 1)), D])
        before = torch.add(torch.gather(torch.cat([h, gaps], 1), 1, torch.expand(torch.unsqueeze(places, 2), torch.size(x0))), p[1])
        after = (self).block(before, c, index, torch.empty([0, 0], dtype=4), torch.slice(p, %1$d, %2$d), )
        side = (self).side(h, places, c, index, p, )
        more = (self).decoded(side, x0, c, index, p, )
        mask = torch.to(torch.ge(places, torch.size(kept, 1)), 6)
        output = (self).second_predict(x, t, y, (self).parameters(flat, ), False, 0, draws, )
        first = [torch.to(kept, 6), torch.to(places, 6), mask]
        return torch.add(torch.add(torch.add(first, steps), [after, side]), torch.add(more, [output]))

      # weighted errors and bounds of both passes, then the gradients of the sum of their means
      def train_both(self: __torch__.Kernel, x0: Tensor, t: Tensor, noise: Tensor, y: Tensor, noise2: Tensor, y2: Tensor, ratio: Tensor, order: Tensor, flat: List[Tensor], table: Tensor) -> List[Tensor]:
        p = (self).leaves(flat, )
        B = torch.size(x0, 0)
        draws = [torch.expand(ratio, [B]), order]
        snr = torch.index_select(torch.select(table, 0, 2), 0, t)
        xt = (self).mixed(x0, t, noise, table, )
        p1 = (self).predict(xt, t, y, p, True, 0, )
        xt2 = (self).mixed(x0, t, noise2, table, )
        p2 = (self).second_predict(xt2, t, y2, p, True, 0, draws, )
        found = [torch.mul(snr, (self).losses_of(p1, x0, t, noise, table, )), (self).bound(x0, xt, t, p1, table, )]
        found2 = [torch.mul(snr, (self).losses_of(p2, x0, t, noise2, table, )), (self).bound(x0, xt2, t, p2, table, )]
        losses, gradients, = (self).part(x0, t, noise, y, torch.div(torch.ones_like(snr), B), snr, p, table, 0, B, 0, torch.add([noise2, y2], draws), )
        all = torch.add(found, found2)
        results = annotate(List[Tensor], [])
        for i in range(torch.len(all)):
          _0 = torch.append(results, torch.detach(all[i]))
        return torch.add(results, gradients)
      """;

  @Override
  public String kind() {
    return "mdtv2";
  }

  @Override
  public void run(Torch torch, GoldenFile file, Map<String, float[]> outputs) {
    DenoiserConfig config = config(file);
    Mdt mdt = (Mdt) config.architecture();
    boolean masks = mdt.maskRatio() > 0;
    List<String> names = config.parameters().parameters().stream().map(Parameter::name).toList();
    int half = (mdt.depth() - mdt.decoderDepth()) / 2;
    List<String> functions = new ArrayList<>();
    functions.add(blocks(names, half, mdt.decoderDepth()));
    if (masks) {
      int side = first(names, "sideblocks.0.");
      functions.add(MASKED.formatted(side, side + count(names, "sideblocks.0.")));
    }
    Map<String, Tensor> weights = file.weights(config.parameters());
    Function<NoiseSchedule, DenoiserHarness> of =
        schedule -> new DenoiserHarness(torch, config, schedule, weights, MIN_SNR, functions);
    try (DenoiserHarness harness = of.apply(NoiseSchedule.linear())) {
      outputs.put("out.pos_embed_init", config.parameters().initial(0).get("pos_embed").floats());
      harness.forward(file, outputs);
      List<String> blocks = blockNames(half, mdt.decoderDepth());
      trace(harness, file, blocks, outputs);
      harness.noised(file, outputs);
      harness.sinusoids(file, outputs);
      RecordedTerms.run(file, harness, dropout(file), of, outputs);
      new RecordedSampling(
              harness,
              file,
              guidance(file, FORWARD_POWER),
              guidance(file, SAMPLING_POWER),
              Variance.LARGEST,
              outputs)
          .run();
      if (masks) {
        masked(harness, file, blocks, outputs);
        train(harness, file, outputs);
      }
    }
  }

  private static double dropout(GoldenFile file) {
    return file.config().path("class_dropout_prob").asDouble(0.1);
  }

  private static Guidance guidance(GoldenFile file, double power) {
    return new Guidance(
        file.config().path("cfg_scale").asDouble(3.8),
        GuidanceSchedule.POWER_COSINE,
        file.config().path("scale_pow").asDouble(power));
  }

  private static String blocks(List<String> names, int half, int decoderDepth) {
    return BLOCKS.formatted(
        half,
        first(names, "en_inblocks.0."),
        count(names, "en_inblocks.0."),
        first(names, "en_outblocks.0."),
        count(names, "en_outblocks.0."),
        decoderDepth,
        first(names, "de_blocks.0."));
  }

  private static int first(List<String> names, String prefix) {
    return (int) names.stream().takeWhile(name -> !name.startsWith(prefix)).count();
  }

  private static int count(List<String> names, String prefix) {
    return (int) names.stream().filter(name -> name.startsWith(prefix)).count();
  }

  private static List<String> blockNames(int half, int decoderDepth) {
    List<String> names = new ArrayList<>();
    for (String part : List.of("en_inblocks.", "en_outblocks.")) {
      IntStream.range(0, half).forEach(i -> names.add(part + i));
    }
    IntStream.range(0, decoderDepth).forEach(i -> names.add("de_blocks." + i));
    return names;
  }

  private static void trace(
      DenoiserHarness harness, GoldenFile file, List<String> blocks, Map<String, float[]> outputs) {
    if (!file.has("in.x", "in.t", "in.y")) {
      return;
    }
    float[][] steps = harness.call(file, "trace", Gradients.NONE, "in.x", "in.t", "in.y");
    outputs.put("out.tokens", steps[0]);
    outputs.put("out.c", steps[1]);
    outputs.put("out.rel_index", steps[2]);
    for (int i = 0; i < blocks.size(); i++) {
      outputs.put("out.blocks." + blocks.get(i), steps[3 + i]);
    }
    outputs.put("out.final_tokens", steps[3 + blocks.size()]);
  }

  private static void masked(
      DenoiserHarness harness, GoldenFile file, List<String> blocks, Map<String, float[]> outputs) {
    if (!file.has("in.x", "in.t", "in.y", "in.mask_ratio_rand", "in.mask_noise")) {
      return;
    }
    float[][] steps =
        harness.call(
            file,
            "trace_masked",
            Gradients.NONE,
            "in.x",
            "in.t",
            "in.y",
            "in.mask_ratio_rand",
            "in.mask_noise");
    List<String> names = new ArrayList<>(List.of("ids_keep", "ids_restore", "mask"));
    blocks.stream().filter(b -> b.startsWith("en_")).forEach(b -> names.add("blocks." + b));
    names.addAll(List.of("blocks.sideblocks.0", "side"));
    blocks.stream().filter(b -> b.startsWith("de_")).forEach(b -> names.add("blocks." + b));
    names.add("forward");
    for (int i = 0; i < steps.length; i++) {
      outputs.put("out.masked." + names.get(i), steps[i]);
    }
    outputs.put("out.masked", steps[steps.length - 1]);
  }

  private static void train(
      DenoiserHarness harness, GoldenFile file, Map<String, float[]> outputs) {
    if (!file.has("in.train.x0", "in.train.noise_mask", "in.train.mask_noise")) {
      return;
    }
    double dropout = dropout(file);
    float[][] results =
        harness.call(
            "train_both",
            Gradients.RECORD,
            scope ->
                List.of(
                    harness.array(scope, file.tensor("in.train.x0")),
                    harness.array(scope, file.tensor("in.train.t")),
                    harness.array(scope, file.tensor("in.train.noise")),
                    scope.create(harness.droppedLabels(file, "in.train.label_drop_rand", dropout)),
                    harness.array(scope, file.tensor("in.train.noise_mask")),
                    scope.create(
                        harness.droppedLabels(file, "in.train.label_drop_rand_mask", dropout)),
                    harness.array(scope, file.tensor("in.train.mask_ratio_rand")),
                    harness.array(scope, file.tensor("in.train.mask_noise"))));
    double loss = losses("plain", results[0], results[1], outputs);
    loss += losses("masked", results[2], results[3], outputs);
    outputs.put("out.train.loss", new float[] {(float) loss});
    List<String> names = harness.trained();
    for (int i = 0; i < names.size(); i++) {
      float[] gradient = results[4 + i];
      outputs.put("out.train.grad." + names.get(i), gradient);
      outputs.put("grad_norms." + names.get(i), new float[] {DenoiserHarness.norm(gradient)});
    }
  }

  /** Puts the losses of a pass, and returns their mean. */
  private static double losses(
      String pass, float[] mse, float[] bound, Map<String, float[]> outputs) {
    float[] loss = new float[mse.length];
    double sum = 0;
    for (int i = 0; i < loss.length; i++) {
      loss[i] = mse[i] + bound[i];
      sum += loss[i];
    }
    outputs.put("out.train." + pass + ".mse", mse);
    outputs.put("out.train." + pass + ".vb", bound);
    outputs.put("out.train." + pass + ".loss", loss);
    return sum / loss.length;
  }

  private static DenoiserConfig config(GoldenFile file) {
    ExampleSpec example = example(file);
    return new DenoiserConfig(
        Architectures.of(spec(file), example), example, new ClassLabels(classes(file)));
  }

  private static ExampleSpec example(GoldenFile file) {
    for (String name : List.of("in.x", "in.train.x0", "in.cfg.x", "in.sample.z")) {
      if (file.has(name)) {
        long[] shape = file.tensor(name).shape();
        return ExampleSpec.latents((int) shape[1], (int) shape[2], (int) shape[3]);
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
            "record the whole configuration, or call it e.g. mdtv2_s2_full");
      }
      preset = "mdtv2-" + named.group(1) + "/2";
      settings.put("patchSize", Integer.parseInt(named.group(2)));
    }
    Recorded.copy(file, "patch_size", "patchSize", settings);
    Recorded.copy(file, "hidden_size", "hiddenSize", settings);
    Recorded.copy(file, "depth", "depth", settings);
    Recorded.copy(file, "num_heads", "heads", settings);
    Recorded.copy(file, "mlp_ratio", "mlpRatio", settings);
    Recorded.copy(file, "decode_layer", "decoderDepth", settings);
    Recorded.copy(file, "learn_sigma", "learnSigma", settings);
    if (file.config().path("mask_ratio").isNull()) {
      settings.put("maskRatio", 0.0);
    }
    Recorded.copy(file, "mask_ratio", "maskRatio", settings);
    return new ModelSpec("mdt", preset, settings);
  }
}
