package io.winnow.selector;

import io.winnow.contracts.ArtifactRef;
import io.winnow.store.artifact.Artifact;
import java.util.Arrays;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A stored coreset. */
@Schema(name = "Selection", description = "A stored coreset")
public record SelectionView(
    @Schema(description = "where it lies") ArtifactRef coreset,
    @Schema(description = "address of the data set that it is a part of") String dataset,
    @Schema(description = "address of the features that it was selected by") String features,
    @Schema(description = "rows kept") long kept,
    @Schema(description = "rows of the train split") long of) {

  static SelectionView of(Artifact coreset, ArtifactRef dataset, ArtifactRef features) {
    return new SelectionView(
        coreset.ref(),
        dataset.address(),
        features.address(),
        Arrays.stream(coreset.attribute("kept", long[].class)).sum(),
        Arrays.stream(coreset.attribute("counts", long[].class)).sum());
  }
}
