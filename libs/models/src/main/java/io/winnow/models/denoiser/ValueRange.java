package io.winnow.models.denoiser;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the values of an example are, and how a kernel converts them. */
public enum ValueRange {
  /** Pixels: one byte per value, converted to [−1, 1]. */
  @JsonProperty("pixels")
  PIXELS(
      1,
      "torch.sub(torch.div(torch.to(images, 6), 127.5), 1.)",
      true,
      "torch.to(torch.clamp(torch.round(torch.mul(torch.add(x, 1.), 127.5)), 0., 255.), 0)"),
  /** Latents of an autoencoder: float32, used as they are. */
  @JsonProperty("latents")
  LATENTS(Float.BYTES, "images", false, "x");

  private final int bytes;
  private final String expression;
  private final boolean bounded;
  private final String result;

  ValueRange(int bytes, String expression, boolean bounded, String result) {
    this.bytes = bytes;
    this.expression = expression;
    this.bounded = bounded;
    this.result = result;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }

  /** Whether the values lie in [−1, 1], so that a sampler's estimate of them can be clipped. */
  public boolean bounded() {
    return bounded;
  }

  /** The expression that converts a sampler's {@code x} to such values. */
  public String result() {
    return result;
  }

  /** The expression that converts {@code images} of such values to float32. */
  public String toFloat() {
    return expression;
  }
}
