package io.winnow.selector;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A selection from features that are kept.
 *
 * @param selection as in a run spec; default all of its defaults
 */
@Schema(name = "SelectionRequest", description = "A selection from features that are kept")
public record SelectionRequest(
    @Schema(
            description = "name of a data set in the store, or its address",
            examples = "datasets/cifar-10/1a2b3c4d5e6f",
            required = true)
        String dataset,
    @Schema(description = "address of its features, where there are several") String features,
    @Schema(description = "address or digest of the encoder whose features are meant, likewise")
        String encoder,
    @Schema(description = "as in a run spec: criterion, ratio, count, perClass, scope, minimum …")
        SelectionSpec selection,
    @Schema(
            description =
                "address of the model whose losses interval, hardest and easiest rank by; default:"
                    + " the one whose losses are kept")
        String reference,
    @Schema(description = "of what is drawn; default 0") Long seed) {

  public SelectionRequest {
    if (dataset == null || dataset.isBlank()) {
      throw new InvalidInputException(
          "the request has no \"dataset\"",
          "name one that \"winnow datasets\" lists, such as {\"dataset\": \"cifar-10\"}");
    }
    selection = Objects.requireNonNullElse(selection, SelectionSpec.of(null, null));
    seed = Objects.requireNonNullElse(seed, 0L);
  }
}
