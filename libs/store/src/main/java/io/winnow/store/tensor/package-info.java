/** Dense arrays and the safetensors format. */
package io.winnow.store.tensor;
