/**
 * The run spec. Every field except {@code dataset.source} has a default; constructors fill in
 * absent fields, so a parsed spec is always complete.
 */
package io.winnow.contracts.spec;
