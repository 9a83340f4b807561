package io.winnow.torch.kernel;

/**
 * The namespace of a network's functions within a kernel, so that one kernel can hold several
 * networks. A namespace {@code reference} defines {@code reference_predict} where the root defines
 * {@code predict}.
 *
 * @param prefix what every function name begins with; empty for the root
 */
public record Namespace(String prefix) {
  /** Names without a prefix. */
  public static final Namespace ROOT = new Namespace("");

  public Namespace {
    if (!prefix.matches("([a-z][a-z0-9]*_)*")) {
      throw new IllegalArgumentException("a namespace cannot have the prefix \"" + prefix + "\"");
    }
  }

  /** A namespace by its name, e.g. {@code reference}. */
  public static Namespace of(String name) {
    return new Namespace(name + "_");
  }

  /** The full name of a function, as its definition needs it. */
  public String name(String function) {
    return prefix + function;
  }

  /** The expression in front of a call's parentheses, e.g. {@code (self).reference_predict}. */
  public String call(String function) {
    return "(self)." + name(function);
  }
}
