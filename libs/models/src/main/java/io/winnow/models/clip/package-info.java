/** The image and text encoders of CLIP (Radford et al., arXiv 2103.00020). */
package io.winnow.models.clip;
