/** {@code .npz} files of NumPy, as MedMNIST and Keras have them. */
package io.winnow.datasets.source.npz;
