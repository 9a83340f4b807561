/** The bucket: objects by key, each verified against its sha-256 when it is read whole. */
package io.winnow.store.object;
