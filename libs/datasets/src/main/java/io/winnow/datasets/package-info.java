/** Labelled images: as shards in the store, mapped from the local disk, and in memory. */
package io.winnow.datasets;
