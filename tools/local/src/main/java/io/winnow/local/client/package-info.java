/** A client of a Winnow system: submits runs, follows them, reads results from the store. */
package io.winnow.local.client;
