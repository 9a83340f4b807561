/** The autoencoder of Stable Diffusion, AutoencoderKL (Rombach et al., arXiv 2112.10752). */
package io.winnow.models.autoencoder;
