/** The registry of architectures, and a whole model's configuration. */
package io.winnow.models.architecture;
