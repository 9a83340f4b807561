/** The U-Net: its configuration, its presets and the kernel function they are written as. */
package io.winnow.models.unet;
