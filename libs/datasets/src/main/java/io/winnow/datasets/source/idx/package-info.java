/** IDX files, the format of MNIST. */
package io.winnow.datasets.source.idx;
