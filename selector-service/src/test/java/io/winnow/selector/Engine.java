package io.winnow.selector;

import io.winnow.diffusion.algebra.Algebra;
import io.winnow.diffusion.engine.Torch;
import io.winnow.diffusion.engine.TorchSettings;

/** The engine of tests, started once. */
public final class Engine {
  public static final Algebra ALGEBRA = new Algebra(Torch.start(new TorchSettings(1, "cpu")));

  private Engine() {}
}
