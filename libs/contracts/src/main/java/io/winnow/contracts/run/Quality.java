package io.winnow.contracts.run;

import java.util.List;

/**
 * Quality of samples, against held-out images in one feature space. Every metric depends on the
 * number of images on both sides: compare only metrics with equal numbers.
 *
 * @param samples number of samples
 * @param heldout number of held-out images
 * @param frechet Fréchet distance of the two sets' Gaussians (arXiv 1706.08500), at least 0; called
 *     FID in Inception-v3's space only. Few images make it too large
 * @param kid squared maximum mean discrepancy with the kernel (xᵀy/d + 1)³ (arXiv 1801.01401),
 *     unbiased, over all rows rather than over subsets: around 0, so also below it, for samples
 *     that are as held-out images are
 * @param precision share of samples within the held-out images' k-NN balls, k = 3 (arXiv
 *     1904.06991), in [0, 1]; null, as those below, where a side has no more images than k
 * @param recall share of held-out images within the samples' balls, k = 3
 * @param density how many of the held-out images' balls hold a sample, over k = 5 (arXiv
 *     2002.09797); about 1 for samples that are as held-out images are
 * @param coverage share of held-out images whose ball, k = 5, holds a sample, in [0, 1]
 * @param memorisation whether samples are copies
 * @param perClass by label
 */
public record Quality(
    long samples,
    long heldout,
    Measure frechet,
    Measure kid,
    Measure precision,
    Measure recall,
    Measure density,
    Measure coverage,
    Memorisation memorisation,
    List<ClassQuality> perClass) {

  public Quality {
    perClass = List.copyOf(perClass);
  }
}
