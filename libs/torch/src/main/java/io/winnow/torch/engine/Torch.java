package io.winnow.torch.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import io.winnow.contracts.InvalidInputException;
import io.winnow.torch.kernel.KernelArchive;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Layout;
import io.winnow.torch.kernel.Precision;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DJL's PyTorch engine, started once per process, without network access, on one device. It owns
 * the native memory of everything that is created through it, and frees it when it is closed. Safe
 * for use from several threads.
 *
 * <p>Nothing uses the engine's global random number generator. A kernel creates its own generator
 * from its seed, so the same seed gives the same numbers whatever else the process does. The CPU
 * generator (mt19937) keeps 32 bits of a seed: see {@link #generatorSeed}.
 */
public final class Torch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Torch.class);

  private final NDManager root;
  private final Map<String, ScriptModule> kernels = new ConcurrentHashMap<>();

  private Torch(NDManager root) {
    this.root = root;
  }

  /**
   * The memory format of images on this device. Contiguous is faster on the CPU (see
   * docs/benchmarks); CUDA's tensor cores are faster with channels last.
   */
  public Layout layout() {
    return root.getDevice().isGpu() ? Layout.CHANNELS_LAST : Layout.CONTIGUOUS;
  }

  /**
   * Starts the engine, or uses the one that this process has started already.
   *
   * @throws InvalidInputException the device does not exist
   * @throws UncheckedIOException the engine's cache folder cannot be written
   */
  public static Torch start(TorchSettings settings) {
    Engine engine = engine(settings);
    if (settings.threads() > 0) {
      JniUtils.setNumThreads(settings.threads());
    }
    Torch torch = new Torch(engine.newBaseManager(device(engine, settings.device())));
    LOG.debug("PyTorch {} on {}", engine.getVersion(), settings.device());
    return torch;
  }

  // On its first start on a machine, DJL unpacks the native libraries to its cache folder and
  // deletes files that it does not know there. Two processes that do so at once break each other.
  private static synchronized Engine engine(TorchSettings settings) {
    System.setProperty("ai.djl.offline", System.getProperty("ai.djl.offline", "true"));
    System.setProperty("OPT_OUT_TRACKING", System.getProperty("OPT_OUT_TRACKING", "true"));
    NativeEnvironment.sleepSoon();
    NativeEnvironment.tf32(settings.tf32());
    Path cache = Utils.getEngineCacheDir("pytorch");
    try {
      Files.createDirectories(cache);
      try (FileChannel channel =
          FileChannel.open(
              cache.resolve("winnow.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock(); // released with the channel
        return Engine.getEngine("PyTorch");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the engine's cache folder " + cache + " is not usable", e);
    }
  }

  private static Device device(Engine engine, String name) {
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    int index = Integer.parseInt(name.substring("cuda:".length()));
    int present = engine.getGpuCount();
    if (index >= present) {
      throw new InvalidInputException(
          "there is no device " + name + ": the engine finds " + present + " CUDA devices",
          "use cpu, or set PYTORCH_LIBRARY_PATH to a libtorch with CUDA");
    }
    return Device.gpu(index);
  }

  /**
   * Checks that the device has instructions for a precision.
   *
   * @param setting that requests it, for the error
   * @throws InvalidInputException it has none, so the precision would be slower than float32
   */
  public void require(Precision precision, String setting) {
    if (precision == Precision.BF16 && !Bfloat16.isNative(root.getDevice())) {
      throw new InvalidInputException(
          root.getDevice() + " has no bfloat16 instructions",
          "set "
              + setting
              + " to float32, or compute on a GPU since Ampere or a processor with AVX512-BF16 or"
              + " AMX");
    }
  }

  /** Number of threads that an operation of the calling thread may use. */
  public int threads() {
    return ThreadCount.get();
  }

  /**
   * How many callers are worth running in parallel: the number of threads, or 1 on a GPU, which one
   * caller keeps busy.
   */
  public int sideBySide() {
    return root.getDevice().isGpu() ? 1 : threads();
  }

  /** The version of PyTorch, e.g. {@code 2.7.1}. */
  public String version() {
    return root.getEngine().getVersion();
  }

  /** A manager for the results of one piece of work; closing it frees them. */
  public NDManager newScope() {
    ThreadCount.get(); // before the first operation
    return root.newSubManager();
  }

  /** The kernel of a source, loaded once for this engine. */
  public ScriptModule kernel(KernelSource source) {
    return kernels.computeIfAbsent(
        source.digest(),
        digest -> load(source.name(), new ByteArrayInputStream(KernelArchive.pack(source))));
  }

  /**
   * Loads a TorchScript file in evaluation mode, whatever mode it was saved in; the caller closes
   * it.
   *
   * @throws InvalidInputException if there is no such file or it is not TorchScript
   */
  public ScriptModule load(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return load(file.getFileName().toString(), stream).evaluating();
    } catch (IOException | RuntimeException e) {
      throw ScriptFiles.unloadable(file, e);
    }
  }

  private ScriptModule load(String name, InputStream stream) {
    NDManager owner = newScope();
    try {
      return new ScriptModule(
          name, owner, JniUtils.loadModule((PtNDManager) owner, stream, true, false));
    } catch (IOException e) {
      owner.close();
      throw new UncheckedIOException("loading " + name, e);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /**
   * Folds a seed of 64 well-mixed bits to the 32 that the CPU generator keeps: the exclusive or of
   * its halves.
   */
  public static long generatorSeed(long seed) {
    return (seed ^ (seed >>> 32)) & 0xFFFFFFFFL;
  }

  @Override
  public void close() {
    root.close();
  }
}
