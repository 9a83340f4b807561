/**
 * What a data set format is made of: {@link io.winnow.datasets.source.format.SourceFormat} is the
 * interface, {@link io.winnow.datasets.source.format.ScannedSource} the result. Formats with many
 * encoded images per file implement {@link io.winnow.datasets.source.format.SampleReader} and leave
 * the rest to {@link io.winnow.datasets.source.format.SampleFiles}; formats of raw pixels use
 * {@link io.winnow.datasets.source.format.StreamRows}.
 */
package io.winnow.datasets.source.format;
