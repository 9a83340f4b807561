/** Training on what an autoencoder makes of images: there, and back to pictures. */
package io.winnow.models.latent;
