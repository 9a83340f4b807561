/**
 * Data set formats: IDX (the MNIST family), the binary version of CIFAR-10, and a folder or zip of
 * class-named folders of PNG or JPEG files. {@link io.winnow.storage.source.DatasetSource} is the
 * way in.
 */
package io.winnow.storage.source;
