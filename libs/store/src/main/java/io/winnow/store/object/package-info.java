/** The bucket: objects by key, each checked against its sha-256 when it is read whole. */
package io.winnow.store.object;
