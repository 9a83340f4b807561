/** Labelled images: shards in the store, memory-mapped files, and batches in memory. */
package io.winnow.datasets;
