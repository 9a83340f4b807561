/** Arrays and their files. */
package io.winnow.store.tensor;
