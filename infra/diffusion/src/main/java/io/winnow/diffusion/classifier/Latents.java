package io.winnow.diffusion.classifier;

import io.winnow.contracts.InvalidInputException;
import io.winnow.storage.artifact.Address;
import io.winnow.storage.artifact.ArtifactDraft;
import io.winnow.storage.artifact.Manifest;
import io.winnow.storage.dataset.Dataset;
import io.winnow.storage.dataset.ImageBatch;
import io.winnow.storage.dataset.ImageShape;
import io.winnow.storage.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A data set's latents (Rombach et al., arXiv 2112.10752): what an autoencoder makes of each image,
 * times a scale that brings them to a spread of about 1. They are a data set themselves, {@code
 * datasets/<name>/<digest>}, row for row and split for split that of the images. Attributes
 * besides: {@code scale}, and {@code images}, the address of the data set they are of.
 *
 * @param sha256 of the autoencoder's file
 * @param input what it wants to see, and its output; mean and std ½ give it [−1, 1]
 * @param pass how images go through it
 * @param scale finite and above 0, such as 0.18215 for Stable Diffusion's
 */
public record Latents(String sha256, SurrogateInput input, Pass pass, double scale) {
  private static final String VERSION = "1";

  public Latents {
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new InvalidInputException(
          "latents cannot be scaled by " + scale, "give a number above 0, such as 0.18215");
    }
  }

  /**
   * Where they go.
   *
   * @param name of the data set
   */
  public Address address(String name, Dataset images) {
    return Address.of(
        "datasets/" + name, "latents", VERSION, this, List.of(images.artifact().ref().digest()));
  }

  /**
   * Encodes a data set shard by shard.
   *
   * @param autoencoder loaded with this input and pass
   * @param progress told of images done
   * @throws InvalidInputException a latent is not finite, or has too many channels
   */
  public void write(
      Surrogate autoencoder, Dataset images, ArtifactDraft draft, LongConsumer progress) {
    if (images.shape().latent()) {
      throw new InvalidInputException(
          images.artifact().ref().address() + " has latents already", "name a data set of images");
    }
    ImageShape shape = shape(autoencoder.shape());
    Dataset.describe(draft, images.classes(), shape);
    draft.attribute("scale", scale);
    draft.attribute("images", images.artifact().ref().address());
    long done = 0;
    for (Manifest.Entry shard : images.shards()) {
      ImageBatch batch = images.read(shard);
      long before = done;
      float[] values =
          ShardEncoder.features(autoencoder, batch, rows -> progress.accept(before + rows));
      draft.putTensors(
          shard.name(),
          Dataset.tensors(new ImageBatch(shape, bytes(values), batch.labels())),
          (long) batch.rows(),
          shard.split());
      done += batch.rows();
    }
  }

  private static ImageShape shape(long[] s) {
    try {
      return new ImageShape(
          Math.toIntExact(s[0]), Math.toIntExact(s[1]), Math.toIntExact(s[2]), DType.F32);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "the autoencoder's output: " + e.getMessage(), "name another output", e);
    }
  }

  private byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat((float) (value * scale));
    }
    return bytes.array();
  }
}
