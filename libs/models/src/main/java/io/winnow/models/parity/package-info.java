/**
 * Compares Winnow's computations with those that a file records, such as a run of an architecture's
 * official code.
 */
package io.winnow.models.parity;
