/** What an architecture is given and what it has to provide: examples, conditions, settings. */
package io.winnow.models.denoiser;
