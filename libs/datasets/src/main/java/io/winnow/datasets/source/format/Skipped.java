package io.winnow.datasets.source.format;

import java.util.List;

/**
 * Images of a source that are left out because they cannot be used.
 *
 * @param images how many
 * @param first the first of them in the source's order, at most 20, each with its problem
 */
public record Skipped(int images, List<String> first) {
  /** No image was skipped. */
  public static final Skipped NONE = new Skipped(0, List.of());

  public Skipped {
    first = List.copyOf(first);
  }
}
