/** Commands for trained models: samples, exports, imports and generated kernels. */
package io.winnow.cli.model;
