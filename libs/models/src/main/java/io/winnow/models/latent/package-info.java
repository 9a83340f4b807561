/** Latents: encoding images with an autoencoder, and decoding latents to images. */
package io.winnow.models.latent;
