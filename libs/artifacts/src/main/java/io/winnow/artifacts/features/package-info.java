/** Features of images in the store. */
package io.winnow.artifacts.features;
