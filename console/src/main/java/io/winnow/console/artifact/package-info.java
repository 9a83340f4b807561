/** What a run made, as pages show it: lineage, pictures, curves. */
package io.winnow.console.artifact;
