/**
 * The PyTorch engine as a bean, for the services that compute. It is a module of its own because
 * {@code libs/torch} is plain Java, and because {@code libs/stage} is also used by the console,
 * which must not carry libtorch.
 */
package io.winnow.engine;
