package io.winnow.models.exchange;

import io.winnow.models.architecture.Backbone;
import io.winnow.models.architecture.KernelAssembler;
import io.winnow.models.sample.SamplerKernel;
import io.winnow.models.sample.SamplingPlan;
import io.winnow.models.train.Prediction;
import io.winnow.torch.kernel.KernelSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the methods of an exported model around the network's {@code predict} and the sampler's
 * functions. Noise comes from the same seeds as with {@link
 * io.winnow.models.sample.Denoiser#sample}, so the same plan draws the same images.
 */
final class ExportKernel {
  private static final String FORWARD =
      """
      # the predicted noise: x float32 B,C,H,W; t and y int64 B; y may be the null class
      def forward(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor) -> Tensor:
        p = %s
      %s  return %s
      """;

  // Of a model that predicts v or x0: what its prediction is turned to noise with.
  private static final String SIGNAL_AND_SPREAD =
      """
        a = torch.index_select(torch.tensor(self.signal, dtype=7, device=ops.prim.device(x)), 0, t)
        signal = torch.reshape(torch.to(torch.sqrt(a), 6), [-1, 1, 1, 1])
        spread = torch.reshape(torch.to(torch.sqrt(torch.rsub(a, 1.)), 6), [-1, 1, 1, 1])
      """;

  // Seeds.of; z >>> n is (z >> n) & (2^(64-n) - 1), since the engine's integers are signed.
  private static final String MIX =
      """
      # the finaliser of SplitMix64
      def mix(self: __torch__.Kernel, z: int) -> int:
        a = torch.mul(torch.__xor__(z, torch.__and__(torch.__rshift__(z, 30), 17179869183)), -4658895280553007687)
        b = torch.mul(torch.__xor__(a, torch.__and__(torch.__rshift__(a, 27), 137438953471)), -7723592293110705685)
        return torch.__xor__(b, torch.__and__(torch.__rshift__(b, 31), 8589934591))
      """;

  private static final String NAMED_SEED =
      """
      # the seed of what has a name, given as its bytes
      def named_seed(self: __torch__.Kernel, seed: int, name: List[int]) -> int:
        h = (self).mix(torch.add(seed, -7046029254386353131), )
        for i in range(torch.len(name)):
          h = (self).mix(torch.__xor__(h, name[i]), )
        return h
      """;

  // -1 stands for the noise before the first step.
  private static final String NOISE_SEEDS =
      """
      # the seeds of the noise that images 0 to count - 1 start from
      def noise_seeds(self: __torch__.Kernel, seed: int, count: int) -> Tensor:
        h = (self).named_seed((self).named_seed(seed, [%s], ), [%s], )
        seeds = annotate(List[int], [])
        for i in range(count):
          image = (self).mix(torch.add(torch.add(h, -7046029254386353131), i), )
          first = (self).mix(torch.add(torch.add(image, -7046029254386353131), -1), )
          folded = torch.__and__(torch.__xor__(first, torch.__rshift__(first, 32)), 4294967295)
          _0 = torch.append(seeds, folded)
        return torch.tensor(seeds, dtype=4)
      """;

  private static final String SAMPLE =
      """
      # images, uint8 B,C,H,W or of latents float32, of classes y, int64 B, by DDIM without fresh noise (arXiv 2010.02502)
      def sample(self: __torch__.Kernel, y: Tensor, steps: int=50, guidance: float=1., seed: int=0) -> Tensor:
        if torch.__or__(torch.lt(steps, 1), torch.gt(steps, self.timesteps)):
          ops.prim.RaiseException("steps must be at least 1 and at most the schedule's timesteps")
        else:
          pass
        T = self.timesteps
        signal = self.signal
        flat = [%s]
        seeds = (self).noise_seeds(seed, torch.size(y, 0), )
        x = (self).noise(seeds, flat[0], )
        for i in range(steps):
          k = torch.sub(torch.sub(steps, 1), i)
          t = torch.sub(torch.floordiv(torch.mul(torch.add(k, 1), T), steps), 1)
          here = signal[t]
          if torch.eq(k, 0):
            next = 1.
          else:
            next = signal[torch.sub(torch.floordiv(torch.mul(k, T), steps), 1)]
          c = torch.tensor([guidance, float(t), torch.sqrt(here), torch.sqrt(torch.sub(1., here)), torch.sqrt(next), torch.sqrt(torch.sub(1., next)), 0., 0., 0., 0., %s], dtype=7)
          x = (self).sample_step(x, y, flat, c, seeds, )
        return (self).images(x, )
      """;

  private static final String DESCRIBE =
      """
      # the model's configuration as JSON
      def describe(self: __torch__.Kernel) -> str:
        return self.description
      """;

  private ExportKernel() {}

  /** The module's attribute that holds a bucket of the parameters. */
  static String attribute(int bucket) {
    return bucket == 0 ? "flat" : "flat" + bucket;
  }

  static KernelSource of(Backbone backbone, Prediction prediction) {
    List<Integer> buckets = backbone.network().parameters().buckets();
    String flat =
        IntStream.range(0, buckets.size())
            .mapToObj(i -> "self." + attribute(i))
            .collect(Collectors.joining(", "));
    String detached =
        IntStream.range(0, buckets.size())
            .mapToObj(i -> "torch.detach(self." + attribute(i) + ")")
            .collect(Collectors.joining(", "));
    String output =
        "(self).predict(x, t, y, (self).parameters([%s], ), False, 0, )".formatted(flat);
    return KernelAssembler.of("exported model")
        .add(backbone)
        .add(SamplerKernel.functions(backbone, prediction))
        .add(
            FORWARD.formatted(
                backbone.predicted(output),
                prediction == Prediction.EPSILON ? "" : SIGNAL_AND_SPREAD,
                SamplerKernel.noise(prediction, "p", "x", "signal", "spread")))
        .add(MIX)
        .add(NAMED_SEED)
        .add(NOISE_SEEDS.formatted(bytes(SamplingPlan.SEED_NAME), bytes(SamplerKernel.NOISE_NAME)))
        .add(
            SAMPLE.formatted(detached, backbone.config().example().range().bounded() ? "1." : "0."))
        .add(DESCRIBE)
        .source();
  }

  private static String bytes(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    return IntStream.range(0, bytes.length)
        .mapToObj(i -> Integer.toString(bytes[i]))
        .collect(Collectors.joining(", "));
  }
}
