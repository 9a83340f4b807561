/** Runs as a user of the system sees them: submitted, watched, listed, reported. */
package io.winnow.local.client;
