/**
 * The surrogate, whose features are scored: a TorchScript file, or a classifier that Winnow trains.
 * {@link io.winnow.models.surrogate.Surrogates} lists the architectures that it trains, {@link
 * io.winnow.models.surrogate.Surrogate} runs either kind, and {@link
 * io.winnow.models.surrogate.EncoderArtifact} stores it.
 */
package io.winnow.models.surrogate;
