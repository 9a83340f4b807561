/**
 * Artifacts: addressed by what they are made from, committed by their manifest; and run folders.
 */
package io.winnow.store.artifact;
