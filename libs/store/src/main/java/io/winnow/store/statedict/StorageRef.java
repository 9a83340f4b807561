package io.winnow.store.statedict;

import io.winnow.store.tensor.DType;

/**
 * A storage as a pickle names it.
 *
 * @param key its name in the file
 * @param offset the first element of it that is meant; not 0 only in files of very old versions
 * @param length elements from there on
 * @param elements of the whole storage
 */
record StorageRef(String key, DType dtype, long offset, long length, long elements) {}
