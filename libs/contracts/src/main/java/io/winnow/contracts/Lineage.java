package io.winnow.contracts;

/**
 * The artifacts a run has made or reused so far; null where it has not come to one yet.
 *
 * @param dataset canonical shards, train and held out
 * @param latents what the run's autoencoder makes of {@code dataset}, row for row; null for a run
 *     on pixels
 * @param encoder the surrogate that encodes
 * @param features features of {@code dataset}
 * @param coreset the rows kept
 * @param reference reference diffusion model, null when the class weights need none
 * @param weights class weights
 * @param model the trained diffusion model
 * @param samples generated images, a data set too
 * @param sampleFeatures features of {@code samples}
 */
public record Lineage(
    ArtifactRef dataset,
    ArtifactRef latents,
    ArtifactRef encoder,
    ArtifactRef features,
    ArtifactRef coreset,
    ArtifactRef reference,
    ArtifactRef weights,
    ArtifactRef model,
    ArtifactRef samples,
    ArtifactRef sampleFeatures) {

  public static Lineage of(ArtifactRef dataset) {
    return new Lineage(dataset, null, null, null, null, null, null, null, null, null);
  }

  /**
   * The data set that diffusion models of this run are trained on and compared by: the latents
   * where it has any, else the images. Features, selection and judgement are of the images always.
   */
  public ArtifactRef trainedOn() {
    return latents != null ? latents : dataset;
  }

  public Lineage withLatents(ArtifactRef a) {
    return new Lineage(
        dataset, a, encoder, features, coreset, reference, weights, model, samples, sampleFeatures);
  }

  public Lineage withEncoder(ArtifactRef a) {
    return new Lineage(
        dataset, latents, a, features, coreset, reference, weights, model, samples, sampleFeatures);
  }

  public Lineage withFeatures(ArtifactRef a) {
    return new Lineage(
        dataset, latents, encoder, a, coreset, reference, weights, model, samples, sampleFeatures);
  }

  public Lineage withCoreset(ArtifactRef a) {
    return new Lineage(
        dataset, latents, encoder, features, a, reference, weights, model, samples, sampleFeatures);
  }

  public Lineage withReference(ArtifactRef a) {
    return new Lineage(
        dataset, latents, encoder, features, coreset, a, weights, model, samples, sampleFeatures);
  }

  public Lineage withWeights(ArtifactRef a) {
    return new Lineage(
        dataset, latents, encoder, features, coreset, reference, a, model, samples, sampleFeatures);
  }

  public Lineage withModel(ArtifactRef a) {
    return new Lineage(
        dataset,
        latents,
        encoder,
        features,
        coreset,
        reference,
        weights,
        a,
        samples,
        sampleFeatures);
  }

  public Lineage withSamples(ArtifactRef a) {
    return new Lineage(
        dataset, latents, encoder, features, coreset, reference, weights, model, a, sampleFeatures);
  }

  public Lineage withSampleFeatures(ArtifactRef a) {
    return new Lineage(
        dataset, latents, encoder, features, coreset, reference, weights, model, samples, a);
  }
}
