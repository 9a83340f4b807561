package io.winnow.models.clip;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.vision.TransformerChecks;
import io.winnow.torch.kernel.FunctionWriter.Gelu;

/**
 * The settings of a text encoder of CLIP, as the {@code config.json} of transformers' CLIPTextModel
 * states them.
 *
 * @param vocabulary number of tokens, {@code vocab_size}
 * @param width features of a token, {@code hidden_size}
 * @param hidden features between the linear layers of a block, {@code intermediate_size}
 * @param layers number of blocks, {@code num_hidden_layers}
 * @param heads of each attention, {@code num_attention_heads}; divides the width
 * @param positions the most tokens of a text, {@code max_position_embeddings}
 * @param gelu {@code hidden_act}
 * @param epsilon of every norm, {@code layer_norm_eps}
 * @param endToken the token that ends a text, {@code eos_token_id}; {@link #GREATEST} for the
 *     greatest of each text
 */
public record ClipTextConfig(
    int vocabulary,
    int width,
    int hidden,
    int layers,
    int heads,
    int positions,
    Gelu gelu,
    double epsilon,
    int endToken) {
  /**
   * The end token that the configurations of CLIP's first release name although it is not theirs.
   * Their text ends at the first place of its greatest token, which the end token is.
   */
  public static final int GREATEST = 2;

  private static final int TOKENS = 49408;

  /** The text encoder of CLIP's ViT-L/14 and of Stable Diffusion 1.x. */
  public static final ClipTextConfig VIT_L_14 = published(768, 12);

  /** The text encoder of CLIP's ViT-B/32. */
  public static final ClipTextConfig VIT_B_32 = published(512, 8);

  /**
   * @throws InvalidInputException a setting is not positive, or the heads do not divide the width
   */
  public ClipTextConfig {
    String what = "CLIP's text encoder";
    TransformerChecks.requirePositive(what, "vocab_size", vocabulary);
    TransformerChecks.requirePositive(what, "intermediate_size", hidden);
    TransformerChecks.requirePositive(what, "num_hidden_layers", layers);
    TransformerChecks.requirePositive(what, "max_position_embeddings", positions);
    TransformerChecks.requireHeads(what, width, heads);
    if (!(epsilon > 0)) {
      throw new InvalidInputException(
          "%s: \"layer_norm_eps\" is %s".formatted(what, epsilon), "give a positive number");
    }
  }

  /**
   * The activation that a configuration names.
   *
   * @param name {@code hidden_act}
   * @throws InvalidInputException it is not implemented
   */
  public static Gelu activation(String name) {
    return switch (name) {
      case "quick_gelu" -> Gelu.SIGMOID;
      case "gelu" -> Gelu.ERF;
      default ->
          throw new InvalidInputException(
              "CLIP's text encoder: the \"hidden_act\" \"%s\" is not implemented".formatted(name),
              "give \"quick_gelu\" or \"gelu\"");
    };
  }

  private static ClipTextConfig published(int width, int heads) {
    return new ClipTextConfig(
        TOKENS, width, 4 * width, 12, heads, 77, Gelu.SIGMOID, 1e-5, GREATEST);
  }

  /** The same encoder with another rule for where a text ends. */
  public ClipTextConfig endingWith(int token) {
    return new ClipTextConfig(
        vocabulary, width, hidden, layers, heads, positions, gelu, epsilon, token);
  }

  /**
   * Checks that the encoder knows such texts.
   *
   * @param ids tokens of all texts
   * @param length tokens of one text
   * @throws InvalidInputException a text is too long, or a token is none of the vocabulary
   */
  public void requireFit(long[] ids, int length) {
    if (length > positions) {
      throw new InvalidInputException(
          "the text encoder takes %d tokens, not %d".formatted(positions, length),
          "shorten the text");
    }
    for (long id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new InvalidInputException(
            "the text encoder has %d tokens, so there is no token %d".formatted(vocabulary, id),
            "use the tokenizer of this encoder");
      }
    }
  }
}
