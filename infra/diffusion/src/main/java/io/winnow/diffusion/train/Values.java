package io.winnow.diffusion.train;

/** What a model's images are made of. */
public enum Values {
  /** Pixels, a byte a channel, brought to [−1, 1]. */
  PIXELS(1, "torch.sub(torch.div(torch.to(images, 6), 127.5), 1.)"),
  /** Latents, float32, taken as they are. */
  LATENTS(Float.BYTES, "images");

  private final int bytes;
  private final String expression;

  Values(int bytes, String expression) {
    this.bytes = bytes;
    this.expression = expression;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }

  /** What makes float32 of {@code images} in a kernel. */
  String expression() {
    return expression;
  }
}
