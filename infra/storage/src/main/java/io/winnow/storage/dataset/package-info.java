/** Labelled images, as shards in the store and in memory. */
package io.winnow.storage.dataset;
