/** Feature tables: labelled rows in memory, or read shard by shard from the store. */
package io.winnow.selection.features;
