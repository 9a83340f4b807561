/**
 * The surrogate whose features images are compared in: a file, or a small classifier trained here.
 */
package io.winnow.models.surrogate;
