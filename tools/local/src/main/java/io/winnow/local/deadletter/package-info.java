/** What could not be read or has failed for good: looked at, sent again, dropped. */
package io.winnow.local.deadletter;
