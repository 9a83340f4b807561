package io.winnow.torch.kernel;

/** What a network computes in; its parameters, losses and optimiser are float32 always. */
public enum Precision {
  /** 32-bit floats. */
  FLOAT32(6),
  /** bfloat16: half the memory and, where the processor has it, about half the time. */
  BF16(15);

  private final int scalarType;

  Precision(int scalarType) {
    this.scalarType = scalarType;
  }

  /** The number by which serialised TorchScript names the type. */
  public int scalarType() {
    return scalarType;
  }
}
