/** The vision transformers of DINOv2 (Oquab et al., arXiv 2304.07193). */
package io.winnow.models.dinov2;
