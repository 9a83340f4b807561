package io.winnow.torch.engine;

import com.sun.management.OperatingSystemMXBean;
import io.winnow.contracts.InvalidInputException;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * The memory that work of a process may take. What needs more is refused before it starts, with the
 * figure, because a process that runs out of memory ends, with everything else in it.
 *
 * @param heap bytes for images in the Java heap
 * @param engine bytes for tensors outside of it
 */
public record MemoryLimits(long heap, long engine) {
  private static final long MIB = 1 << 20;

  /** Nothing is refused. */
  public static final MemoryLimits NONE = new MemoryLimits(Long.MAX_VALUE, Long.MAX_VALUE);

  /**
   * Half of this process's heap, and all memory of the machine or container that is not heap.
   *
   * @param device the memory of another device than {@code cpu} is not known and has no limit
   */
  public static MemoryLimits ofProcess(String device) {
    long heap = Runtime.getRuntime().maxMemory();
    long total =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return new MemoryLimits(
        heap / 2, device.equals("cpu") ? Math.max(0, total - heap) : Long.MAX_VALUE);
  }

  /**
   * The same with limits that are set.
   *
   * @param heapMib MiB for images in the heap; 0 keeps the limit
   * @param engineMib MiB for tensors; 0 keeps the limit
   */
  public MemoryLimits with(long heapMib, long engineMib) {
    return new MemoryLimits(
        heapMib == 0 ? heap : heapMib * MIB, engineMib == 0 ? engine : engineMib * MIB);
  }

  /**
   * Checks what a batch takes in the heap.
   *
   * @param setting the field of the spec, such as {@code training.batch}
   * @param batch its value, images
   * @param held batches that exist at a time
   * @param example bytes of an image
   * @throws InvalidInputException more than the limit
   */
  public void requireHeap(String setting, int batch, int held, long example) {
    long each = held * example;
    if (batch > heap / each) {
      throw new InvalidInputException(
          "\"%s\" is %d: %s of %d images of %s take %s MiB of the heap, and %s MiB are allowed"
              .formatted(
                  setting,
                  batch,
                  held == 1 ? "a batch" : held + " batches",
                  batch,
                  bytes(example),
                  mib(batch * each),
                  mib(heap)),
          remedy(heap / each, "winnow.engine.batch-mib"));
    }
  }

  /**
   * Checks what images at a time take in the engine.
   *
   * @param setting the field of the spec that says how many, such as {@code training.batch}
   * @param images at a time
   * @param fixed bytes whatever their number, such as those of the model's parameters
   * @param each bytes of each image, at least
   * @throws InvalidInputException more than the limit
   */
  public void requireEngine(String setting, int images, long fixed, long each) {
    if (fixed > engine) {
      throw new InvalidInputException(
          "\"%s\": the model's parameters, gradients, moments and averages alone take %s MiB, and %s MiB are allowed"
              .formatted(setting, mib(fixed), mib(engine)),
          "choose a smaller model, or give the service more memory (winnow.engine.memory-mib)");
    }
    long most = (engine - fixed) / Math.max(1, each);
    if (images > most) {
      throw new InvalidInputException(
          "\"%s\": %d images at a time take at least %s MiB of memory, and %s MiB are allowed"
              .formatted(setting, images, mib(fixed + images * each), mib(engine)),
          remedy(most, "winnow.engine.memory-mib"));
    }
  }

  private static String remedy(long most, String setting) {
    return (most < 1 ? "use smaller images" : "give at most " + most)
        + ", or give the service more memory ("
        + setting
        + ")";
  }

  private static String bytes(long example) {
    return String.format(Locale.ROOT, "%,d bytes", example);
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%,d", (bytes + MIB - 1) / MIB);
  }
}
