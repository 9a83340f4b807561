package io.winnow.contracts.fuzz;

import com.sun.management.ThreadMXBean;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Feeds a parser damaged inputs. Each must be read, or refused with an {@link
 * InvalidInputException}, in {@link #SECONDS} and within the parser's limit of memory; anything
 * else is a finding, whose input is kept in {@code target/fuzz}.
 *
 * <p>Inputs that once were findings lie in {@code src/test/resources/fuzz/<parser>} and are tried
 * first, as they are.
 *
 * <p>{@code -Dwinnow.fuzz.inputs=1000000} is how many inputs a parser gets (2,000 by default),
 * {@code -Dwinnow.fuzz.first=500000} where in the series it begins, so that it can be tried in
 * parts, and {@code -Dwinnow.fuzz.seed=7} another series.
 */
public final class Fuzz {
  private static final long SECONDS = 20;
  private static final int INPUTS = Integer.getInteger("winnow.fuzz.inputs", 2_000);
  private static final int FIRST = Integer.getInteger("winnow.fuzz.first", 0);
  private static final long SEED = Long.getLong("winnow.fuzz.seed", 0);

  private final String parser;
  private final long memory;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What is tried. */
  public interface Parser {
    void parse(byte[] input) throws Exception;
  }

  /**
   * @param parser its name
   * @param memory bytes that one input may have allocated, in all
   */
  public Fuzz(String parser, long memory) {
    this.parser = parser;
    this.memory = memory;
  }

  /** Outcome of all inputs. */
  public record Tally(int read, int refused, long mostBytes) {}

  /**
   * @param seeds valid inputs
   * @throws AssertionError a finding
   */
  public Tally run(List<byte[]> seeds, Parser tried) {
    ExecutorService worker = Executors.newSingleThreadExecutor(Fuzz::daemon);
    int read = 0;
    long most = 0;
    try {
      for (byte[] seed : seeds) {
        // what is refused whole says nothing about damages
        worker.submit(() -> parse(tried, seed)).get(SECONDS, TimeUnit.SECONDS);
      }
      for (byte[] input : once()) {
        attempt(worker, tried, input, -1);
      }
      for (int i = FIRST; i < FIRST + INPUTS; i++) {
        byte[] input = Mutator.mutate(seeds, new SplittableRandom(Seeds.of(SEED, parser, i)));
        Trial trial = attempt(worker, tried, input, i);
        read += trial.read ? 1 : 0;
        most = Math.max(most, trial.bytes);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(parser + ": a seed is refused", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      worker.shutdownNow();
    }
    Tally tally = new Tally(read, INPUTS - read, most);
    System.out.printf("%s: %,d inputs, %s%n", parser, INPUTS, tally);
    return tally;
  }

  private static Void parse(Parser tried, byte[] input) throws Exception {
    tried.parse(input);
    return null;
  }

  private List<byte[]> once() {
    Path folder = Path.of("src", "test", "resources", "fuzz", parser);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<byte[]> inputs = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        inputs.add(Files.readAllBytes(file));
      }
      return inputs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Trial(boolean read, long bytes) {}

  private Trial attempt(ExecutorService worker, Parser tried, byte[] input, int number) {
    try {
      Trial trial = worker.submit(() -> once(tried, input)).get(SECONDS, TimeUnit.SECONDS);
      if (trial.bytes > memory) {
        throw finding(input, number, "allocated %,d bytes".formatted(trial.bytes), null);
      }
      return trial;
    } catch (ExecutionException e) {
      throw finding(input, number, "threw " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw finding(input, number, "took longer than " + SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Trial once(Parser tried, byte[] input) throws Exception {
    long before = threads.getCurrentThreadAllocatedBytes();
    boolean read = true;
    try {
      tried.parse(input);
    } catch (InvalidInputException refused) {
      read = false;
    }
    return new Trial(read, threads.getCurrentThreadAllocatedBytes() - before);
  }

  private AssertionError finding(byte[] input, int number, String what, Throwable cause) {
    try {
      Path kept = Files.createDirectories(Path.of("target", "fuzz")).resolve(parser + "-" + number);
      Files.write(kept, input);
      return new AssertionError(
          "%s, input %d of seed %d (%s): %s".formatted(parser, number, SEED, kept, what), cause);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "fuzz");
    thread.setDaemon(true);
    return thread;
  }
}
