package io.winnow.torch.algebra;

import io.winnow.torch.kernel.KernelSource;
import java.util.List;

/**
 * Writes the functions of {@link RowSet} and {@link CovarianceAccumulator}: rows of one set against
 * those of another, block by block. Rows are float32 and widened to float64 (dtype 7) by block.
 */
final class PairsKernel {
  // A row on a ball's edge is inside however the product rounds: squared distances that are held
  // against radii are less by 1e-12 of the rows' squared norms.
  private static final String EDGE = "0.999999999999";

  private static final String PUT_AT =
      """
      def put_at(self: __torch__.Kernel, part: Tensor, all: Tensor, positions: Tensor) -> Tensor:
        return torch.index_copy_(all, 0, positions, part)
      """;

  private static final String NORMS =
      """
      def norms(self: __torch__.Kernel, rows: Tensor) -> Tensor:
        return torch.sum(torch.square(torch.to(rows, 7)), [1])
      """;

  private static final String RANGE =
      """
      # every step-th of rows first … end − 1, not copied
      def range_of(self: __torch__.Kernel, all: Tensor, settings: Tensor) -> Tensor:
        return torch.slice(all, 0, int(settings[0]), int(settings[1]), int(settings[2]))
      """;

  // ‖a‖² + ‖b‖² − 2a·b
  private static final String SQUARES =
      """
      def squares(self: __torch__.Kernel, a: Tensor, own: Tensor, others: Tensor, norms: Tensor) -> Tensor:
        s = torch.add(own, norms)
        return torch.addmm_(s, a, torch.t(torch.to(others, 7)), alpha=-2.)
      """;

  // the candidates are then measured by the difference itself, exact for nearly equal rows
  private static final String NEAREST =
      """
      # of rows first … end − 1: squared distances to their k nearest others, in no order, and which these are
      def nearest(self: __torch__.Kernel, rows: Tensor, own: Tensor, all: Tensor, norms: Tensor, settings: Tensor) -> List[Tensor]:
        first = int(settings[0])
        end = int(settings[1])
        width = int(settings[2])
        k = int(settings[3])
        shift = int(settings[4])
        n = torch.size(all, 0)
        a = torch.to(torch.slice(rows, 0, first, end), 7)
        o = torch.unsqueeze(torch.slice(own, 0, first, end), 1)
        device = ops.prim.device(all)
        me = torch.unsqueeze(torch.arange(torch.sub(first, shift), torch.sub(end, shift), dtype=4, device=device), 1)
        best = torch.full([torch.size(a, 0), k], inf, dtype=7, device=device)
        index = torch.zeros([torch.size(a, 0), k], dtype=4, device=device)
        for i in range(torch.floordiv(torch.sub(torch.add(n, width), 1), width)):
          from = torch.mul(i, width)
          others = torch.slice(all, 0, from, torch.add(from, width))
          s = (self).squares(a, o, others, torch.slice(norms, 0, from, torch.add(from, width)), )
          they = torch.arange(from, torch.add(from, torch.size(others, 0)), dtype=4, device=device)
          _1 = torch.masked_fill_(s, torch.eq(me, they), inf)
          found, at, = torch.topk(s, ops.prim.min(k, torch.size(others, 0)), 1, False, False)
          both = torch.cat([best, found], 1)
          which = torch.cat([index, torch.add(at, from)], 1)
          best0, at0, = torch.topk(both, k, 1, False, False)
          best = best0
          index = torch.gather(which, 1, at0)
        exact = annotate(List[Tensor], [])
        for j in range(k):
          other = torch.to(torch.index_select(all, 0, torch.select(index, 1, j)), 7)
          _2 = torch.append(exact, torch.sum(torch.square(torch.sub(a, other)), [1]))
        return [torch.stack(exact, 1), index]
      """;

  private static final String NEAREST_OF_GROUPS =
      """
      # of rows first … end − 1: the least squared distance to every groups-th other row, by the remainder
      def nearest_of_groups(self: __torch__.Kernel, rows: Tensor, own: Tensor, all: Tensor, norms: Tensor, settings: Tensor) -> Tensor:
        first = int(settings[0])
        end = int(settings[1])
        width = int(settings[2])
        groups = int(settings[3])
        n = torch.size(all, 0)
        a = torch.to(torch.slice(rows, 0, first, end), 7)
        o = torch.mul(torch.unsqueeze(torch.slice(own, 0, first, end), 1), EDGE)
        out = annotate(List[Tensor], [])
        for g in range(groups):
          mine = torch.slice(all, 0, g, n, groups)
          mine_norms = torch.mul(torch.slice(norms, 0, g, n, groups), EDGE)
          least = torch.full([torch.size(a, 0)], inf, dtype=7, device=ops.prim.device(all))
          for i in range(torch.floordiv(torch.sub(torch.add(torch.size(mine, 0), width), 1), width)):
            from = torch.mul(i, width)
            to = torch.add(from, width)
            s = (self).squares(a, o, torch.slice(mine, 0, from, to), torch.slice(mine_norms, 0, from, to), )
            least = torch.minimum(least, torch.amin(s, [1]))
          _0 = torch.append(out, least)
        return torch.stack(out)
      """
          .replace("EDGE", EDGE);

  private static final String INSIDE =
      """
      # of rows first … end − 1: in how many balls about the others each lies, for each row of squared radii
      def inside(self: __torch__.Kernel, rows: Tensor, own: Tensor, all: Tensor, norms: Tensor, radii: Tensor, settings: Tensor) -> Tensor:
        first = int(settings[0])
        end = int(settings[1])
        width = int(settings[2])
        n = torch.size(all, 0)
        a = torch.to(torch.slice(rows, 0, first, end), 7)
        o = torch.mul(torch.unsqueeze(torch.slice(own, 0, first, end), 1), EDGE)
        b = torch.mul(norms, EDGE)
        count = torch.zeros([torch.size(radii, 0), torch.size(a, 0)], dtype=4, device=ops.prim.device(all))
        for i in range(torch.floordiv(torch.sub(torch.add(n, width), 1), width)):
          from = torch.mul(i, width)
          to = torch.add(from, width)
          s = (self).squares(a, o, torch.slice(all, 0, from, to), torch.slice(b, 0, from, to), )
          r = torch.slice(radii, 1, from, to)
          for c in range(torch.size(radii, 0)):
            _0 = torch.add_(torch.select(count, 0, c), torch.count_nonzero(torch.le(s, torch.select(r, 0, c)), [1]))
        return count
      """
          .replace("EDGE", EDGE);

  private static final String KERNEL_SUMS =
      """
      # of rows first … end − 1: Σ (x·y/d + 1)³ over every groups-th other row y, by the remainder
      def kernel_sums(self: __torch__.Kernel, rows: Tensor, all: Tensor, settings: Tensor) -> Tensor:
        width = int(settings[2])
        groups = int(settings[3])
        n = torch.size(all, 0)
        a = torch.to(torch.slice(rows, 0, int(settings[0]), int(settings[1])), 7)
        a0 = torch.div(a, float(torch.size(all, 1)))
        out = annotate(List[Tensor], [])
        for g in range(groups):
          mine = torch.slice(all, 0, g, n, groups)
          total = torch.zeros([torch.size(a, 0)], dtype=7, device=ops.prim.device(all))
          for i in range(torch.floordiv(torch.sub(torch.add(torch.size(mine, 0), width), 1), width)):
            from = torch.mul(i, width)
            y = torch.to(torch.slice(mine, 0, from, torch.add(from, width)), 7)
            p = torch.add_(torch.matmul(a0, torch.t(y)), 1.)
            _0 = torch.add_(total, torch.sum(torch.mul_(torch.square(p), p), [1]))
          _1 = torch.append(out, total)
        return torch.stack(out)
      """;

  private static final String COVARIANCE =
      """
      # the upper triangle of the covariance of n rows, of their sum and outer products about an origin
      def covariance(self: __torch__.Kernel, outer: Tensor, sum: Tensor, rows: Tensor) -> Tensor:
        n = float(rows[0])
        about_mean = torch.addr(outer, sum, sum, beta=1, alpha=torch.div(-1., n))
        return torch.div(about_mean, torch.sub(n, 1.))
      """;

  private static final String TRACE =
      """
      def trace(self: __torch__.Kernel, matrix: Tensor) -> Tensor:
        return torch.sum(torch.diagonal(matrix))
      """;

  private static final String EIGEN =
      """
      # eigenvalues, and eigenvectors in rows
      def eigen(self: __torch__.Kernel, upper: Tensor) -> List[Tensor]:
        values, vectors, = torch.linalg_eigh(upper, "U")
        return [values, torch.contiguous(torch.t(vectors))]
      """;

  private static final String SCALE =
      """
      def scale(self: __torch__.Kernel, vectors: Tensor, lengths: Tensor) -> Tensor:
        return torch.mul_(vectors, torch.unsqueeze(lengths, 1))
      """;

  private static final String COMMON =
      """
      # the sum of the singular values of R·Sᵀ
      def common(self: __torch__.Kernel, r: Tensor, s: Tensor) -> Tensor:
        return torch.sum(torch.linalg_svdvals(torch.matmul(r, torch.t(s))))
      """;

  private static final String COMMON_OF_UPPER =
      """
      # the sum of the square roots of the eigenvalues of R·Σ·Rᵀ
      def common_of_upper(self: __torch__.Kernel, r: Tensor, upper: Tensor) -> Tensor:
        sigma = torch.add(torch.triu(upper), torch.t(torch.triu(upper, 1)))
        product = torch.matmul(torch.matmul(r, sigma), torch.t(r))
        return torch.sum(torch.sqrt(torch.relu(torch.linalg_eigvalsh(product, "U"))))
      """;

  private PairsKernel() {}

  static KernelSource source() {
    return new KernelSource(
        "pairs",
        List.of(
            PUT_AT,
            NORMS,
            RANGE,
            SQUARES,
            NEAREST,
            NEAREST_OF_GROUPS,
            INSIDE,
            KERNEL_SUMS,
            COVARIANCE,
            TRACE,
            EIGEN,
            SCALE,
            COMMON,
            COMMON_OF_UPPER));
  }
}
