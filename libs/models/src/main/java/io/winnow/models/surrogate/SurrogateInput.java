package io.winnow.models.surrogate;

import io.winnow.contracts.InvalidInputException;
import java.util.Collections;
import java.util.List;

/**
 * The input that a surrogate takes, and the method to call.
 *
 * @param size height and width in pixels; images of another size are resized
 * @param channels 1 or 3; grey images are repeated for 3
 * @param mean subtracted from values in [0, 1], one number per channel; empty for 0
 * @param std divisor after that, one positive number per channel; empty for 1
 * @param output the method that takes float32 N×C×H×W and gives features N×d, usually {@code
 *     forward}; if it returns several tensors, {@code METHOD.ELEMENT}: a key of the dict, or an
 *     index into the tuple or list
 */
public record SurrogateInput(
    int size, int channels, List<Double> mean, List<Double> std, String output) {

  public SurrogateInput {
    if (size < 1 || size > 4096 || (channels != 1 && channels != 3)) {
      throw new InvalidInputException(
          "a surrogate cannot take %d×%d×%2$d images".formatted(channels, size),
          "use 1 or 3 channels and a size from 1 to 4096");
    }
    ScriptOutput.parse(output);
    mean = perChannel("mean", mean, channels, 0);
    std = perChannel("std", std, channels, 1);
    if (std.stream().anyMatch(s -> !(s > 0))) {
      throw new InvalidInputException(
          "the surrogate's std cannot be " + std, "use positive numbers");
    }
  }

  private static List<Double> perChannel(
      String name, List<Double> given, int channels, double otherwise) {
    if (given.isEmpty()) {
      return Collections.nCopies(channels, otherwise);
    }
    if (given.size() != channels) {
      throw new InvalidInputException(
          "the surrogate's %s has %d numbers for %d channels"
              .formatted(name, given.size(), channels),
          "provide one number per channel");
    }
    return List.copyOf(given);
  }
}
