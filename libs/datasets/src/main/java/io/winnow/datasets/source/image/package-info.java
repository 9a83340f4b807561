/** Decodes PNG and JPEG to uint8 planes and resizes them, with the same bits on every machine. */
package io.winnow.datasets.source.image;
