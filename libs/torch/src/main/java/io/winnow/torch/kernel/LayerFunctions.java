package io.winnow.torch.kernel;

import java.util.List;

/**
 * Functions that {@link Layers} call where one expression is not enough, because the processor and
 * CUDA want different ones. A kernel with layers holds them all.
 */
final class LayerFunctions {
  // Only the processor's operator takes x and weight of two types, and spares the copy.
  private static final String NORM =
      """
      # group normalisation in float32 of an image of any type
      def norm(self: __torch__.Kernel, x: Tensor, groups: int, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
        if ops.prim.is_cuda(x):
          y = torch.to(torch.group_norm(torch.to(x, 6), groups, weight, bias, eps), ops.prim.dtype(x))
        else:
          y = torch.group_norm(x, groups, weight, bias, eps)
        return y
      """;

  // On the processor two products of matrices, channels before pixels as the image lies in memory,
  // take half the time of the fused operator, as long as the scores are few.
  private static final String ATTEND =
      """
      # attention among the pixels of an image whose channels are queries, keys and values, each by head
      def attend(self: __torch__.Kernel, qkv: Tensor, heads: int) -> Tensor:
        B = torch.size(qkv, 0)
        C = torch.floordiv(torch.size(qkv, 1), 3)
        H = torch.size(qkv, 2)
        W = torch.size(qkv, 3)
        P = torch.mul(H, W)
        width = torch.floordiv(C, heads)
        if torch.__or__(ops.prim.is_cuda(qkv), torch.gt(P, 256)):
          rows = torch.transpose(torch.reshape(torch.contiguous(torch.permute(qkv, [0, 2, 3, 1])), [B, P, 3, heads, width]), 1, 3)
          mixed = torch.scaled_dot_product_attention(torch.select(rows, 2, 0), torch.select(rows, 2, 1), torch.select(rows, 2, 2))
          y = torch.permute(torch.reshape(torch.transpose(mixed, 1, 2), [B, H, W, C]), [0, 3, 1, 2])
        else:
          columns = torch.reshape(qkv, [B, 3, C, P])
          q = torch.reshape(torch.select(columns, 1, 0), [-1, width, P])
          k = torch.reshape(torch.select(columns, 1, 1), [-1, width, P])
          v = torch.reshape(torch.select(columns, 1, 2), [-1, width, P])
          scores = torch.bmm(torch.transpose(torch.mul(q, torch.pow(width, -0.5)), 1, 2), k)
          y = torch.reshape(torch.bmm(v, torch.transpose(torch.softmax(scores, -1), 1, 2)), [B, C, H, W])
        return y
      """;

  // A script can make no generator on CUDA. SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable
  // pseudorandom number generators") is a function of the place in its sequence, so all numbers are
  // drawn at once; each is cut into four. Constants as in the JDK's SplittableRandom, as signed
  // numbers.
  private static final String DRAWS =
      """
      # n numbers in [0, 32768), from SplitMix64's sequence that begins at a seed
      def draws(self: __torch__.Kernel, n: int, seed: int, device: Device) -> Tensor:
        count = torch.floordiv(torch.add(n, 3), 4)
        z0 = torch.add(torch.mul(torch.arange(1, torch.add(count, 1), dtype=4, device=device), -7046029254386353131), seed)
        z1 = torch.mul(torch.bitwise_xor(z0, torch.bitwise_and(torch.bitwise_right_shift(z0, 30), 17179869183)), -4658895280553007687)
        z2 = torch.mul(torch.bitwise_xor(z1, torch.bitwise_and(torch.bitwise_right_shift(z1, 27), 137438953471)), -7723592293110705685)
        z = torch.bitwise_xor(z2, torch.bitwise_and(torch.bitwise_right_shift(z2, 31), 8589934591))
        parts = [z, torch.bitwise_right_shift(z, 15), torch.bitwise_right_shift(z, 30), torch.bitwise_right_shift(z, 45)]
        return torch.bitwise_and(torch.slice(torch.cat(parts), 0, 0, n), 32767)
      """;

  // torch.dropout draws from the global generator. The processor's generator draws one number after
  // the other, so each is cut into two, of 15 bits.
  private static final String DROPOUT =
      """
      # drops a share of the elements, in steps of 1/32768, and scales up the others
      def dropout(self: __torch__.Kernel, x: Tensor, share: float, g: Generator) -> Tensor:
        n = torch.numel(x)
        limit = int(torch.add(torch.mul(share, 32768.), 0.5))
        if ops.prim.is_cuda(x):
          seed = torch.random_(torch.empty([1], dtype=4), generator=g)
          above = torch.ge((self).draws(n, int(seed[0]), ops.prim.device(x), ), limit)
        else:
          numbers = torch.random_(torch.empty([torch.floordiv(torch.add(n, 1), 2)], dtype=3), generator=g)
          low = torch.ge(torch.bitwise_and(numbers, 32767), limit)
          high = torch.ge(numbers, torch.mul(limit, 65536))
          above = torch.slice(torch.cat([low, high]), 0, 0, n)
        kept = torch.to(torch.reshape(above, torch.size(x)), ops.prim.dtype(x))
        return torch.mul(x, torch.mul_(kept, torch.div(32768., torch.sub(32768, limit))))
      """;

  // CUDA's operator takes x and weight of one type only.
  private static final String LAYER_NORM =
      """
      # layer normalisation over the last axis with a learned scale and shift, in float32
      def layer_norm(self: __torch__.Kernel, x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
        width = [torch.size(x, -1)]
        if ops.prim.is_cuda(x):
          y = torch.to(torch.layer_norm(torch.to(x, 6), width, weight, bias, eps), ops.prim.dtype(x))
        else:
          y = torch.layer_norm(x, width, weight, bias, eps)
        return y
      """;

  // Zhang and Sennrich, arXiv 1910.07467.
  private static final String RMS_NORM =
      """
      # division by the root mean square of the last axis, in float32, and a learned scale
      def rms_norm(self: __torch__.Kernel, x: Tensor, weight: Tensor, eps: float) -> Tensor:
        h = torch.to(x, 6)
        scale = torch.rsqrt(torch.add(torch.mean(torch.square(h), [-1], True), eps))
        return torch.to(torch.mul(torch.mul(h, scale), weight), ops.prim.dtype(x))
      """;

  private LayerFunctions() {}

  static List<String> all() {
    return List.of(NORM, ATTEND, DRAWS, DROPOUT, LAYER_NORM, RMS_NORM);
  }
}
