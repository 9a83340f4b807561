package io.winnow.chaos;

import io.winnow.torch.kernel.KernelArchive;
import io.winnow.torch.kernel.KernelSource;
import java.util.List;

/** A TorchScript surrogate that counts before it answers. */
final class EndlessScript {
  /** So many turns take centuries. */
  static final long FOR_EVER = Long.MAX_VALUE;

  private EndlessScript() {}

  /** The source of a module whose features are the image's values, after some turns of a loop. */
  static KernelSource source(long turns) {
    return new KernelSource(
        "endless",
        List.of(
            """
            def forward(self: __torch__.Kernel,
                x: Tensor) -> Tensor:
              i = 0
              going = torch.lt(i, %1$d)
              while going:
                i = torch.add(i, 1)
                going = torch.lt(i, %1$d)
              return torch.flatten(x, 1)
            """
                .formatted(turns)));
  }

  /** The TorchScript archive. */
  static byte[] archive(long turns) {
    return KernelArchive.pack(source(turns));
  }
}
