/**
 * Quality metrics of samples against held-out rows: Fréchet distance, kernel distance, precision,
 * recall, density, coverage and memorisation. Arrays and {@link io.winnow.torch.algebra.RowSet}s
 * in, numbers out.
 */
package io.winnow.metrics;
