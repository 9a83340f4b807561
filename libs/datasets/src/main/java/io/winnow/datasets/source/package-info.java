/**
 * Data set formats: IDX (the MNIST family), the binary version of CIFAR-10, a folder or zip of
 * class-named folders of PNG or JPEG files, WebDataset's tar shards, and the Hugging Face Hub's
 * Parquet files. {@link io.winnow.datasets.source.DatasetSource} is the way in, {@link
 * io.winnow.datasets.source.DatasetImport} makes the artifact.
 */
package io.winnow.datasets.source;
