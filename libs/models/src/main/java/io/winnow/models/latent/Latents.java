package io.winnow.models.latent;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.LatentSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.ShardEncoder;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.object.TemporaryFile;
import io.winnow.store.tensor.DType;
import io.winnow.torch.engine.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/**
 * The latents of a data set. They are a data set {@code datasets/<name>/<digest>} with the same
 * rows and splits as the images. Its additional attributes are {@code latents}, the {@link
 * LatentSpace}, and {@code images}, the address of the data set of images; an entry refers to the
 * autoencoder.
 */
public final class Latents {
  /** The stage that encodes them. */
  public static final String STAGE = "latents";

  /** Their default name. */
  public static final String NAME = "latents";

  private static final String VERSION = "2";

  private record Parameters(
      String sha256, SurrogateInput input, String decoder, InferenceOptions pass, double scale) {}

  private Latents() {}

  /**
   * The address of a data set's latents.
   *
   * @param name of the data set of latents
   * @throws InvalidInputException the data set has latents already
   */
  public static Address address(LatentSpace space, String name, Dataset images) {
    requireImages(images);
    return Address.of(
        "datasets/" + name,
        STAGE,
        VERSION,
        new Parameters(
            space.autoencoder().sha256(),
            space.input(),
            space.decoder(),
            space.pass(),
            space.scale()),
        List.of(images.artifact().ref().digest()));
  }

  /**
   * @throws InvalidInputException the data set has latents already
   */
  public static void requireImages(Dataset dataset) {
    if (dataset.shape().latent()) {
      throw new InvalidInputException(
          dataset.artifact().ref().address() + " has latents already", "name a data set of images");
    }
  }

  /**
   * Loads the encoder of a space from the store. The caller closes it.
   *
   * @throws InvalidInputException the autoencoder is missing from the store or altered, or see
   *     {@link Surrogate#autoencoder} and {@link Surrogate#autoencoderKl}
   */
  public static Surrogate encoder(Torch torch, ObjectStore objects, LatentSpace space) {
    return TemporaryFile.of(objects, space.autoencoder(), file -> encoder(torch, file, space));
  }

  static Surrogate encoder(Torch torch, Path file, LatentSpace space) {
    return space.type() == LatentSpec.AutoencoderType.TORCHSCRIPT
        ? Surrogate.autoencoder(torch, file, space.input(), space.pass())
        : Surrogate.autoencoderKl(torch, file, space.input(), space.pass());
  }

  /**
   * Tries the autoencoder in both directions.
   *
   * @param autoencoder loaded with the space's input and pass
   * @return the shape of its latents
   * @throws InvalidInputException the latents have too many channels, or {@link LatentDecoder#open}
   *     rejects the autoencoder
   */
  public static ImageShape requireBothWays(
      Torch torch, ObjectStore objects, LatentSpace space, Surrogate autoencoder) {
    ImageShape shape = shape(autoencoder.shape());
    LatentDecoder.open(torch, objects, space, shape).close();
    return shape;
  }

  /**
   * Encodes a data set shard by shard. Shards that an earlier attempt has written are reused.
   *
   * @param autoencoder loaded with the space's input and pass
   * @param progress called with the number of images done; may throw to stop the work
   * @throws InvalidInputException a latent is not finite, or has too many channels
   */
  public static void write(
      LatentSpace space,
      Surrogate autoencoder,
      Dataset images,
      ArtifactDraft draft,
      LongConsumer progress) {
    ImageShape shape = shape(autoencoder.shape());
    Dataset.describe(draft, images.classes(), shape);
    draft.attribute(LatentSpace.ATTRIBUTE, space);
    draft.attribute("images", images.artifact().ref().address());
    draft.refer(entry(space), space.autoencoder(), null);
    long done = 0;
    for (Manifest.Entry shard : images.shards()) {
      long rows = shard.object().rows();
      if (draft.reuse(shard.name(), rows, shard.split()).isEmpty()) {
        ImageBatch batch = images.read(shard);
        long before = done;
        float[] values = values(autoencoder, batch, shard, n -> progress.accept(before + n));
        draft.putTensors(
            shard.name(),
            Dataset.tensors(new ImageBatch(shape, scaled(values, space), batch.labels())),
            rows,
            shard.split());
      }
      done += rows;
      progress.accept(done);
    }
  }

  private static String entry(LatentSpace space) {
    return space.type() == LatentSpec.AutoencoderType.TORCHSCRIPT
        ? "autoencoder.pt"
        : "autoencoder.safetensors";
  }

  private static float[] values(
      Surrogate autoencoder, ImageBatch batch, Manifest.Entry shard, IntConsumer progress) {
    try {
      return ShardEncoder.features(autoencoder, batch, progress);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "latents of " + shard.object().key() + ": " + e.problem(), e.remedy(), e);
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

  private static byte[] scaled(float[] values, LatentSpace space) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat((float) (value * space.scale()));
    }
    return bytes.array();
  }
}
