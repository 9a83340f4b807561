/**
 * The PyTorch engine: started once, called by script modules, with native memory that stays flat.
 */
package io.winnow.torch.engine;
