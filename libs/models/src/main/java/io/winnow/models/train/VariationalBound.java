package io.winnow.models.train;

import io.winnow.models.architecture.Backbone;
import java.util.List;

/**
 * Writes the kernel functions of the hybrid loss by which a network learns the variance of a
 * reverse step (Nichol and Dhariwal, arXiv 2102.09672, eq. 15 and 16): log σ² = f·ln β_t + (1 −
 * f)·ln β̃_t with f = (v + 1) / 2, learned from the variational bound with the predicted mean held
 * fixed. The bound's term at t > 0 is the divergence of the posterior q(x_{t−1} | x_t, x_0) from
 * the model's step; at t = 0 it is the likelihood of x_0 in bins of 1/127.5 (Ho et al., arXiv
 * 2006.11239, section 3.3), whatever the examples are. In bits per dimension.
 */
final class VariationalBound {
  // Rows 3 to 8 of the schedule's table are those of NoiseSchedule.posterior. The normal
  // distribution function is approximated as in the paper's own code: 0.5·(1 + tanh(√(2/π)·(x +
  // 0.044715·x³))).
  private static final String BOUND =
      """
      # each sample's term of the variational bound, in bits per dimension; only the variance learns from it
      def bound(self: __torch__.Kernel, x0: Tensor, xt: Tensor, t: Tensor, output: Tensor, table: Tensor) -> Tensor:
        p = torch.detach(%1$s)
        f = torch.div(torch.add(%2$s, 1.), 2.)
        smallest = (self).at(table, 3, t, )
        log_variance = torch.add(torch.mul(f, (self).at(table, 4, t, )), torch.mul(torch.rsub(f, 1.), smallest))
        %3$s
        c0 = (self).at(table, 5, t, )
        ct = (self).at(table, 6, t, )
        mean = torch.add(torch.mul(c0, guess), torch.mul(ct, xt))
        true_mean = torch.add(torch.mul(c0, x0), torch.mul(ct, xt))
        squared = torch.mul(torch.square(torch.sub(true_mean, mean)), torch.exp(torch.neg(log_variance)))
        ratio = torch.exp(torch.sub(smallest, log_variance))
        divergence = torch.mul(torch.add(torch.add(torch.sub(torch.add(log_variance, -1.), smallest), ratio), squared), 0.5)
        likelihood = (self).log_likelihood(x0, mean, torch.mul(log_variance, 0.5), )
        term = torch.where(torch.reshape(torch.eq(t, 0), [-1, 1, 1, 1]), torch.neg(likelihood), divergence)
        return torch.div(torch.mean(term, [1, 2, 3]), 0.69314718055994529)
      """;

  private static final String DISTRIBUTION =
      """
      # approximately the distribution function of the standard normal
      def normal_cdf(self: __torch__.Kernel, x: Tensor) -> Tensor:
        inner = torch.mul(torch.add(x, torch.mul(torch.pow(x, 3), 0.044714999999999998)), 0.79788456080286541)
        return torch.mul(torch.add(torch.tanh(inner), 1.), 0.5)
      """;

  private static final String LIKELIHOOD =
      """
      # the log-likelihood of values in bins of 1/127.5 under a normal distribution, the first and last bin open
      def log_likelihood(self: __torch__.Kernel, x: Tensor, mean: Tensor, log_deviation: Tensor) -> Tensor:
        centred = torch.sub(x, mean)
        inverse = torch.exp(torch.neg(log_deviation))
        above = (self).normal_cdf(torch.mul(inverse, torch.add(centred, 0.0039215686274509803)), )
        below = (self).normal_cdf(torch.mul(inverse, torch.sub(centred, 0.0039215686274509803)), )
        first = torch.log(torch.clamp(above, 9.9999999999999998e-13))
        last = torch.log(torch.clamp(torch.rsub(below, 1.), 9.9999999999999998e-13))
        inner = torch.log(torch.clamp(torch.sub(above, below), 9.9999999999999998e-13))
        return torch.where(torch.lt(x, -0.999), first, torch.where(torch.gt(x, 0.999), last, inner))
      """;

  private static final String GUESS_OF_EPSILON =
      "guess = torch.sub(torch.mul((self).at(table, 7, t, ), xt), torch.mul((self).at(table, 8, t, ), p))";
  private static final String GUESS_OF_V =
      "guess = torch.sub(torch.mul((self).at(table, 0, t, ), xt), torch.mul((self).at(table, 1, t, ), p))";

  private VariationalBound() {}

  /** The functions up to {@code bound(x0, xt, t, output, table) -> Tensor}, float32 B. */
  static List<String> functions(Backbone backbone, Prediction prediction) {
    return List.of(
        DISTRIBUTION,
        LIKELIHOOD,
        BOUND.formatted(
            backbone.predicted("output"),
            backbone.variance("output"),
            switch (prediction) {
              case EPSILON -> GUESS_OF_EPSILON;
              case V -> GUESS_OF_V;
              case X0 -> "guess = p";
            }));
  }
}
