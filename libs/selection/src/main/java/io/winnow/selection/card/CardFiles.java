package io.winnow.selection.card;

import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.object.CanonicalJson;

/**
 * A coreset's card, ready to be kept.
 *
 * @param card the figures
 * @param map a PNG: kept and pruned rows along the first two principal components
 * @param histograms a PNG: kept and pruned rows by score, a panel a class
 */
public record CardFiles(CoresetCard card, byte[] map, byte[] histograms) {

  /** Puts {@code card.json}, {@code map.png} and {@code histograms.png}. */
  public void putInto(ArtifactDraft draft) {
    draft.put("card.json", CanonicalJson.bytes(card), null, null);
    draft.put("map.png", map, null, null);
    draft.put("histograms.png", histograms, null, null);
  }
}
