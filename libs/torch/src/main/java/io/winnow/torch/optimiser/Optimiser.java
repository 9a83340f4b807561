package io.winnow.torch.optimiser;

import java.util.List;

/**
 * How a gradient changes the weights. Rates, the EMA and what is not trained are the same for all
 * optimisers, see {@link OptimiserKernel}.
 */
public interface Optimiser {
  /** The name of its kernel function, and of its tensors in a stored state: one word. */
  String name();

  /**
   * What it keeps of every weight from one step to the next, float32, 0 before the first: words, in
   * the order of the function's arguments. They are stored as {@code name.moment/parameter}.
   */
  List<String> moments();

  /**
   * The source of its update, {@code name(weights, gradients, <moments>, step, rates) -> Tensor}.
   * All but the last two are lists of the trained parameters. It changes weights, moments and step
   * (float32 of 1) in place, and may change the gradients; the first of the float64 rates is the
   * learning rate. It returns the norm of all gradients before clipping and changes nothing if that
   * is not finite.
   */
  String function();

  /** The rates of the steps. */
  StepSchedule schedule();

  /**
   * The learning rate of a step.
   *
   * @param step counted from 0
   */
  default double rate(long step) {
    return schedule().rate(step);
  }

  /**
   * The EMA's decay at a step.
   *
   * @param step counted from 0
   */
  default double emaDecay(long step) {
    return schedule().emaDecay(step);
  }
}
