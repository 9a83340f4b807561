/** The masked diffusion transformer of Gao et al. */
package io.winnow.models.mdt;
