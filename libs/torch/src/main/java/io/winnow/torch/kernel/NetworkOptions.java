package io.winnow.torch.kernel;

/**
 * How a network is written into a kernel; none of it changes the parameters.
 *
 * @param namespace of its functions
 * @param precision what it computes in
 * @param layout how images are laid out in memory
 */
public record NetworkOptions(Namespace namespace, Precision precision, Layout layout) {
  /** The only network of a kernel for the processor, in float32. */
  public static final NetworkOptions DEFAULT =
      new NetworkOptions(Namespace.ROOT, Precision.FLOAT32, Layout.CONTIGUOUS);

  /** The only network of a kernel for the processor. */
  public static NetworkOptions of(Precision precision) {
    return new NetworkOptions(Namespace.ROOT, precision, Layout.CONTIGUOUS);
  }

  /** The same options in another namespace. */
  public NetworkOptions in(Namespace other) {
    return new NetworkOptions(other, precision, layout);
  }
}
