package io.winnow.selection.testing;

import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;

/** The engine of tests, started once. */
public final class Engine {
  public static final Algebra ALGEBRA = new Algebra(Torch.start(new TorchSettings(1, "cpu")));

  private Engine() {}
}
