/** Commands for data sets, latents and coresets. */
package io.winnow.cli.data;
