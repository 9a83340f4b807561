package io.winnow.models.dit;

import io.winnow.torch.kernel.Namespace;
import java.util.List;

/**
 * Writes the functions by which a {@link Dit} trains with gradient checkpointing (Chen et al.,
 * arXiv 1604.06174): the forward pass keeps the tokens in front of each block, and the backward
 * pass runs each block again, from the last to the first, to take its gradients.
 */
final class Recomputation {
  private static final String KEPT =
      """
      # the output, the condition, and the tokens in front of each block and of the last layer; no gradients
      def %1$s(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor, parameters: List[Tensor]) -> List[Tensor]:
        cast = %2$s(parameters, )
        p = annotate(List[Tensor], [])
        for i in range(torch.len(cast)):
          _0 = torch.append(p, torch.detach(cast[i]))
        c = %3$s(t, y, p, )
        h = %4$s(x, p, )
        kept = [c, h]
        for i in range(%5$d):
          from = torch.add(%6$d, torch.mul(i, %7$d))
          h = %8$s(h, c, torch.slice(p, from, torch.add(from, %7$d)), )
          _1 = torch.append(kept, h)
        return torch.add([%9$s(%10$s(h, c, p, ), )], kept)
      """;

  private static final String FOUND =
      """
      # the gradients of an output by some inputs, given its own
      def %1$s(self: __torch__.Kernel, output: Tensor, inputs: List[Tensor], gradient: Tensor) -> List[Tensor]:
        found = torch.autograd.grad([output], inputs, annotate(List[Optional[Tensor]], [gradient]))
        sure = annotate(List[Tensor], [])
        for i in range(torch.len(found)):
          _0 = torch.append(sure, unchecked_cast(Tensor, found[i]))
        return sure
      """;

  // %6$d: where the parameters of the condition begin, %7$d: those of the blocks, %8$d: how many a
  // block has, %9$d: those of the last layer
  private static final String BACK =
      """
      # the gradients of the trained parameters, block by block from the last to the first
      def %1$s(self: __torch__.Kernel, kept: List[Tensor], x: Tensor, t: Tensor, y: Tensor, parameters: List[Tensor], gradient: Tensor) -> List[Tensor]:
        cast = %2$s(parameters, )
        p = annotate(List[Tensor], [])
        for i in range(torch.len(cast)):
          _0 = torch.append(p, torch.requires_grad_(torch.detach(cast[i]), True))
        depth = %5$d
        c = torch.requires_grad_(torch.detach(kept[1]), True)
        h = torch.requires_grad_(torch.detach(kept[torch.add(depth, 2)]), True)
        found = %3$s(%12$s(%13$s(h, c, p, ), ), torch.add([h, c], torch.slice(p, %9$d)), gradient, )
        of_h = found[0]
        of_c = found[1]
        result = torch.slice(found, 2)
        for i in range(depth):
          block = torch.sub(torch.sub(depth, 1), i)
          from = torch.add(%7$d, torch.mul(block, %8$d))
          own = torch.slice(p, from, torch.add(from, %8$d))
          before = torch.requires_grad_(torch.detach(kept[torch.add(block, 2)]), True)
          more = %3$s(%4$s(before, c, own, ), torch.add([before, c], own), of_h, )
          of_h = more[0]
          of_c = torch.add(of_c, more[1])
          result = torch.add(torch.slice(more, 2), result)
        of_condition = %3$s(%10$s(t, y, p, ), torch.slice(p, %6$d, %7$d), of_c, )
        of_tokens = %3$s(%11$s(x, p, ), torch.slice(p, 1, %6$d), of_h, )
        all = torch.add(torch.add(of_tokens, of_condition), result)
        gradients = annotate(List[Tensor], [])
        for i in range(torch.len(all)):
          _1 = torch.append(gradients, torch.contiguous(torch.to(all[i], 6)))
        return gradients
      """;

  private Recomputation() {}

  /**
   * @param condition index of the condition's first parameter; before it are the table of
   *     positions, which is not trained, and the patches' parameters
   * @param blocks index of the first block's first parameter
   * @param perBlock parameters of a block
   * @param depth number of blocks
   */
  static List<String> functions(
      Namespace names, int condition, int blocks, int perBlock, int depth) {
    return List.of(
        KEPT.formatted(
            names.name("predict_kept"),
            names.call("cast"),
            names.call("condition"),
            names.call("tokens"),
            depth,
            blocks,
            perBlock,
            names.call("block"),
            names.call("image"),
            names.call("head")),
        FOUND.formatted(names.name("gradients_by")),
        BACK.formatted(
            names.name("predict_back"),
            names.call("cast"),
            names.call("gradients_by"),
            names.call("block"),
            depth,
            condition,
            blocks,
            perBlock,
            blocks + depth * perBlock,
            names.call("condition"),
            names.call("tokens"),
            names.call("image"),
            names.call("head")));
  }
}
