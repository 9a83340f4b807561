/**
 * What a run is asked to do. Every field but {@code dataset.source} has a default; an absent field
 * is filled in on construction, so a parsed spec is always complete.
 */
package io.winnow.contracts.spec;
