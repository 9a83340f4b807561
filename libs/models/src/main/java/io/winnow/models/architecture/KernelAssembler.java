package io.winnow.models.architecture;

import io.winnow.torch.kernel.KernelSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a kernel together: one or more backbones, then the functions of the objective, the optimiser
 * and the sampler around them. Functions that several parts share are in the kernel once.
 */
public final class KernelAssembler {
  private final String name;
  private final List<String> functions = new ArrayList<>();

  private KernelAssembler(String name) {
    this.name = name;
  }

  /**
   * @param name what the kernel computes, for messages
   */
  public static KernelAssembler of(String name) {
    return new KernelAssembler(name);
  }

  /** Adds a network. A second one needs a namespace of its own. */
  public KernelAssembler add(Backbone backbone) {
    return add(backbone.network().functions());
  }

  /** Adds functions; they may call those added before. */
  public KernelAssembler add(List<String> more) {
    functions.addAll(more);
    return this;
  }

  /** Adds one function. */
  public KernelAssembler add(String function) {
    functions.add(function);
    return this;
  }

  /** The kernel. */
  public KernelSource source() {
    return new KernelSource(name, functions);
  }
}
