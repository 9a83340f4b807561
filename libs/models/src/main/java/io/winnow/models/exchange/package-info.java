/** Models to and from files that others read: TorchScript and safetensors. */
package io.winnow.models.exchange;
