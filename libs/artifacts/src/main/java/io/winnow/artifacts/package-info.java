/**
 * The artifacts of the pipeline: for each kind one class that knows its address, its version, and
 * how it is written and read, e.g. {@link io.winnow.artifacts.Coreset} and {@link
 * io.winnow.artifacts.ClassWeights}.
 */
package io.winnow.artifacts;
