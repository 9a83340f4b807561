package io.winnow.models.denoiser;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.winnow.contracts.InvalidInputException;

/**
 * What a model is conditioned on. It says what the tensor {@code y} of a batch holds, how it is
 * dropped in training for classifier-free guidance (Ho and Salimans, arXiv 2207.12598), and what
 * the unconditional input is.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @Type(value = Conditioning.None.class, name = "none"),
  @Type(value = Conditioning.ClassLabels.class, name = "class-labels"),
  @Type(value = Conditioning.TokenSequences.class, name = "token-sequences")
})
public sealed interface Conditioning {
  /**
   * The expression of the condition with some samples' dropped.
   *
   * @param y the expression of the condition
   * @param dropped the expression of a boolean B on y's device
   */
  String dropped(String y, String dropped);

  /** The expression of no condition, in the shape of {@code y}. */
  String unconditional(String y);

  /** The shape of {@code y} for a batch. */
  Shape batch(int count);

  /** Whether {@code y} is float32; otherwise int64. */
  @JsonIgnore
  boolean isFloat();

  /** No condition: {@code y} is int64 B, all 0, and ignored. */
  record None() implements Conditioning {
    @Override
    public String dropped(String y, String dropped) {
      return y;
    }

    @Override
    public String unconditional(String y) {
      return y;
    }

    @Override
    public Shape batch(int count) {
      return new Shape(count);
    }

    @Override
    public boolean isFloat() {
      return false;
    }
  }

  /**
   * A class per sample: {@code y} is int64 B.
   *
   * @param classes number of classes, 1 to 1,000,000; the label {@code classes} is the null class
   */
  record ClassLabels(int classes) implements Conditioning {
    private static final int MOST = 1_000_000;

    public ClassLabels {
      if (classes < 1 || classes > MOST) {
        throw new InvalidInputException(
            "the model's classes cannot be " + classes, "give 1 to " + MOST);
      }
    }

    /** The label that stands for no class. */
    public int nullClass() {
      return classes;
    }

    @Override
    public String dropped(String y, String dropped) {
      return "torch.masked_fill(%s, %s, %d)".formatted(y, dropped, classes);
    }

    @Override
    public String unconditional(String y) {
      return "torch.full_like(%s, %d)".formatted(y, classes);
    }

    @Override
    public Shape batch(int count) {
      return new Shape(count);
    }

    @Override
    public boolean isFloat() {
      return false;
    }
  }

  /**
   * A sequence of token vectors per sample, such as an encoded text: {@code y} is float32
   * B×length×width. The null sequence is all zeros.
   *
   * @param length T, 1 or more
   * @param width D, 1 or more
   */
  record TokenSequences(int length, int width) implements Conditioning {
    public TokenSequences {
      if (length < 1 || width < 1) {
        throw new InvalidInputException(
            "a token sequence cannot be %d×%d".formatted(length, width), "give at least 1 of each");
      }
    }

    @Override
    public String dropped(String y, String dropped) {
      return "torch.masked_fill(%s, torch.reshape(%s, [-1, 1, 1]), 0.)".formatted(y, dropped);
    }

    @Override
    public String unconditional(String y) {
      return "torch.zeros_like(%s)".formatted(y);
    }

    @Override
    public Shape batch(int count) {
      return new Shape(count, length, width);
    }

    @Override
    public boolean isFloat() {
      return true;
    }
  }
}
