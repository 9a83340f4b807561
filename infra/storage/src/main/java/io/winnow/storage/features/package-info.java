/** What a surrogate makes of images, and its statistics. */
package io.winnow.storage.features;
