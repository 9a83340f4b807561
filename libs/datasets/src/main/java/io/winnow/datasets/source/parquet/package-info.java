/**
 * Parquet files as on the Hugging Face Hub. Before the Parquet library reads a row group, {@link
 * io.winnow.datasets.source.parquet.ParquetGroups} and {@link
 * io.winnow.datasets.source.parquet.CheckedPages} check every size that the file claims, since the
 * library allocates memory accordingly.
 */
package io.winnow.datasets.source.parquet;
