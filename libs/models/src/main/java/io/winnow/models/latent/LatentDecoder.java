package io.winnow.models.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.LatentSpec;
import io.winnow.datasets.ImageShape;
import io.winnow.models.autoencoder.AutoencoderKernel;
import io.winnow.models.surrogate.ScriptOutput;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.object.TemporaryFile;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.Staging;
import io.winnow.torch.engine.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/**
 * Decodes latents to images. All batches have the same size, so an image does not depend on the
 * others of a request. Not safe for use from several threads.
 */
public final class LatentDecoder implements AutoCloseable {
  private final LatentSpace space;
  private final ImageShape latent;
  private final ScriptOutput output;
  private final String name;
  private final NDManager owner;
  private final ScriptModule module;
  private final NDArray[] weights; // none of a TorchScript file
  private final Staging staging = new Staging();

  private LatentDecoder(Torch torch, Path file, LatentSpace space, ImageShape latent) {
    this.space = space;
    this.latent = latent;
    this.output = ScriptOutput.parse(space.decoder());
    this.name = file.getFileName().toString();
    this.owner = torch.newScope();
    try {
      if (space.type() == LatentSpec.AutoencoderType.TORCHSCRIPT) {
        this.module = torch.load(file);
        this.weights = new NDArray[0];
      } else {
        AutoencoderKernel kernel =
            AutoencoderKernel.decoder(
                torch, owner, file, space.input().channels(), space.input().size());
        this.module = kernel.module();
        this.weights = kernel.weights().arrays();
      }
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /**
   * Loads a decoder and tries it on latents of zeros. The caller closes it.
   *
   * @param latent the shape of the latents
   * @throws InvalidInputException the autoencoder is missing from the store or altered, is not
   *     TorchScript, has no such method, or does not decode such latents to images of the space's
   *     size
   */
  public static LatentDecoder open(
      Torch torch, ObjectStore objects, LatentSpace space, ImageShape latent) {
    return TemporaryFile.of(objects, space.autoencoder(), file -> open(torch, file, space, latent));
  }

  static LatentDecoder open(Torch torch, Path file, LatentSpace space, ImageShape latent) {
    LatentDecoder decoder = new LatentDecoder(torch, file, space, latent);
    try {
      decoder.output.requireMethod(decoder.name, decoder.module.methods());
      decoder.pictures(new byte[2 * latent.bytes()], 2);
      return decoder;
    } catch (RuntimeException e) {
      decoder.close();
      throw e;
    }
  }

  /**
   * Decodes latents.
   *
   * @param latents float32, little-endian, N×C×H×W row-major
   * @param batch latents per call, at most the batch size of the space's pass
   * @return uint8, N×C×H×W row-major, of the shape of {@link LatentSpace#pictures}
   * @throws InvalidInputException the decoder's output has another shape or is not finite
   */
  public byte[] pictures(byte[] latents, int batch) {
    int n = latents.length / latent.bytes();
    // weights alone take one image at a time, so that memory depends on its size only
    int size = weights.length > 0 ? 1 : Math.min(batch, space.pass().batch());
    int bytes = space.pictures().bytes();
    byte[] pictures = new byte[Math.multiplyExact(n, bytes)];
    FloatBuffer values = ByteBuffer.wrap(latents).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    int each = latent.bytes() / Float.BYTES;
    for (int start = 0; start < n; start += size) {
      int count = Math.min(size, n - start);
      float[] some = new float[Math.multiplyExact(size, each)];
      for (int i = 0; i < count * each; i++) {
        some[i] = (float) (values.get(start * each + i) / space.scale());
      }
      float[] decoded = decoded(some, size);
      for (int i = 0; i < count; i++) {
        picture(decoded, i, start + i, pictures);
      }
    }
    return pictures;
  }

  private float[] decoded(float[] latents, int size) {
    ImageShape wanted = space.pictures();
    try (NDManager scope = owner.newSubManager()) {
      Shape shape = new Shape(size, latent.channels(), latent.height(), latent.width());
      NDArray[] arguments = new NDArray[1 + weights.length];
      arguments[0] = staging.ofFloats(scope, latents, shape);
      System.arraycopy(weights, 0, arguments, 1, weights.length);
      NDArray made = output.of(scope, module, name, space.pass().precision(), arguments);
      Shape expected = new Shape(size, space.input().channels(), wanted.height(), wanted.width());
      if (!made.getShape().equals(expected) || made.getDataType() != DataType.FLOAT32) {
        throw new InvalidInputException(
            "%s.%s returns %s%s for latents %s, not images float32%s"
                .formatted(
                    name, space.decoder(), made.getDataType(), made.getShape(), shape, expected),
            "name the method that reverses the encoder, and use images of the size and channels"
                + " that the autoencoder takes");
      }
      return made.toFloatArray();
    }
  }

  private void picture(float[] decoded, int from, int row, byte[] pictures) {
    int taken = space.input().channels();
    int plane = space.input().size() * space.input().size();
    int shown = space.channels();
    for (int p = 0; p < plane; p++) {
      double grey = 0;
      for (int c = 0; c < taken; c++) {
        double value = pixel(decoded[(from * taken + c) * plane + p], c, row);
        grey += value / taken;
        if (shown == taken) {
          pictures[(row * shown + c) * plane + p] = rounded(value);
        }
      }
      if (shown != taken) {
        pictures[row * plane + p] = rounded(grey);
      }
    }
  }

  private double pixel(float value, int channel, int row) {
    if (!Float.isFinite(value)) {
      throw new InvalidInputException(
          "%s.%s returns %s for latent %d".formatted(name, space.decoder(), value, row),
          "check latent.scalingFactor, and that the model's training did not diverge");
    }
    return 255 * (value * space.input().std().get(channel) + space.input().mean().get(channel));
  }

  private static byte rounded(double value) {
    return (byte) Math.rint(Math.max(0, Math.min(255, value)));
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    owner.close();
    if (weights.length == 0) {
      module.close();
    }
  }
}
