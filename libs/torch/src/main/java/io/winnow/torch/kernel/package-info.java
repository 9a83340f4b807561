/** A small typed writer of TorchScript: values of known shape, layers, parameters, archives. */
package io.winnow.torch.kernel;
