/** Arrays and their files. */
package io.winnow.storage.tensor;
