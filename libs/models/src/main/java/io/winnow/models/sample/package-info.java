/** Drawing images from a denoiser and taking its losses. */
package io.winnow.models.sample;
