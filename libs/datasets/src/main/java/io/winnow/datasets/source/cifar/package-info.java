/** The binary version of CIFAR-10. */
package io.winnow.datasets.source.cifar;
