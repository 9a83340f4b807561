/** Faults injected into a running system, and what they changed: nothing, it should be. */
package io.winnow.chaos;
