package io.winnow.selection.card;

import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.object.CanonicalJson;
import java.util.Optional;

/**
 * The files of a coreset card.
 *
 * @param card the statistics
 * @param map a PNG of kept and pruned rows along the first two principal components; empty if this
 *     machine cannot draw text
 * @param histograms a PNG of kept and pruned rows by score, one panel per class; empty likewise
 */
public record CardFiles(CoresetCard card, Optional<byte[]> map, Optional<byte[]> histograms) {

  /** Puts {@code card.json}, {@code map.png} and {@code histograms.png}. */
  public void putInto(ArtifactDraft draft) {
    draft.put("card.json", CanonicalJson.bytes(card), null, null);
    map.ifPresent(png -> draft.put("map.png", png, null, null));
    histograms.ifPresent(png -> draft.put("histograms.png", png, null, null));
  }
}
