/**
 * Reads labelled image data sets and imports them. {@link io.winnow.datasets.source.DatasetSource}
 * opens a data set in any format, {@link io.winnow.datasets.source.DatasetImport} writes it to the
 * store. {@link io.winnow.datasets.source.SourceFormats} lists the formats; each has a package of
 * its own, built on {@link io.winnow.datasets.source.format}.
 */
package io.winnow.datasets.source;
