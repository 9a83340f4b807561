/** Artifacts: addressed by what they are made from, committed by their manifest. */
package io.winnow.store.artifact;
