/** Dead letters: records that could not be read or have failed permanently. */
package io.winnow.local.deadletter;
