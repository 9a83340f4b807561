package io.winnow.contracts;

/**
 * A claim check: the key of an object and its expected content.
 *
 * @param key key in the store's bucket
 * @param sha256 hex digest of its bytes
 * @param size bytes
 * @param rows rows it holds, or null where rows make no sense
 */
public record ObjectRef(String key, String sha256, long size, Long rows) {}
