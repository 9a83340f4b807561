/** What a surrogate makes of images, and its statistics. */
package io.winnow.artifacts.features;
