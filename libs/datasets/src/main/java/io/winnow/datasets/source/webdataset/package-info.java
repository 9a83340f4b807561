/** Tar shards of samples in WebDataset's convention. */
package io.winnow.datasets.source.webdataset;
