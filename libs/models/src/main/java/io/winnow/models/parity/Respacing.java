package io.winnow.models.parity;

import java.util.Arrays;

/** Which timesteps a shorter chain visits, as the code of improved-diffusion chooses them. */
final class Respacing {
  private Respacing() {}

  /** Evenly spread from 0 to T − 1, rounded half to even. */
  static int[] even(int timesteps, int steps) {
    double stride = steps == 1 ? 1 : (timesteps - 1.0) / (steps - 1);
    int[] chosen = new int[steps];
    double at = 0;
    for (int i = 0; i < steps; i++) {
      chosen[i] = (int) Math.rint(at);
      at += stride;
    }
    return chosen;
  }

  /** Every n-th from 0, with the smallest integer n that gives that many. */
  static int[] strided(int timesteps, int steps) {
    for (int stride = 1; stride < timesteps; stride++) {
      if ((timesteps + stride - 1) / stride == steps) {
        int[] chosen = new int[steps];
        int own = stride;
        Arrays.setAll(chosen, i -> i * own);
        return chosen;
      }
    }
    return even(timesteps, steps);
  }
}
