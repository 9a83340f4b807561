/** Linear algebra over many rows of features, in float64 on the engine. */
package io.winnow.torch.algebra;
