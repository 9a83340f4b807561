/** State dicts of PyTorch: files of {@code torch.save}, read as data. Nothing in them is run. */
package io.winnow.store.statedict;
