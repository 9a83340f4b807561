package io.winnow.models.train;

import io.winnow.datasets.ImageShape;

/** What a model's images are made of. */
public enum Values {
  /** Pixels, a byte a channel, brought to [−1, 1]. */
  PIXELS(
      1,
      "torch.sub(torch.div(torch.to(images, 6), 127.5), 1.)",
      "torch.clamp(%s, -1., 1.)",
      "torch.to(torch.clamp(torch.round(torch.mul(torch.add(x, 1.), 127.5)), 0., 255.), 0)"),
  /** Latents, float32, taken as they are. */
  LATENTS(Float.BYTES, "images", "%s", "x");

  private final int bytes;
  private final String expression;
  private final String clipping;
  private final String result;

  Values(int bytes, String expression, String clipping, String result) {
    this.bytes = bytes;
    this.expression = expression;
    this.clipping = clipping;
    this.result = result;
  }

  /** What a data set of this shape holds. */
  public static Values of(ImageShape shape) {
    return shape.latent() ? LATENTS : PIXELS;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }

  /**
   * What brings a sampler's estimate of x₀ into the range of such values: pixels lie in [−1, 1],
   * latents anywhere.
   *
   * @param x0 the expression of the estimate
   */
  public String clipped(String x0) {
    return clipping.formatted(x0);
  }

  /** What makes such values of a sampler's {@code x} in a kernel. */
  public String result() {
    return result;
  }

  /** What makes float32 of {@code images} in a kernel. */
  String expression() {
    return expression;
  }
}
