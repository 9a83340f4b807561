package io.winnow.models.train;

import io.winnow.contracts.InvalidInputException;

/**
 * What training minimises: the mean squared error of what is predicted.
 *
 * @param minSnr γ of Min-SNR weighting (Hang et al., arXiv 2303.09556), usually 5; 0 for none
 * @param labelDrop share of labels replaced by the null class, so that guidance works (Ho and
 *     Salimans, arXiv 2207.12598), in [0, 1]
 */
public record Objective(double minSnr, double labelDrop) {
  public Objective {
    if (!(minSnr >= 0)) {
      throw new InvalidInputException("minSnr cannot be " + minSnr, "give 5, or 0 for none");
    }
    if (!(labelDrop >= 0 && labelDrop <= 1)) {
      throw new InvalidInputException(
          "labelDrop cannot be " + labelDrop, "give a share in [0, 1], usually 0.1");
    }
  }
}
