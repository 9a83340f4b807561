/** The diffusion transformer of Peebles and Xie. */
package io.winnow.models.dit;
