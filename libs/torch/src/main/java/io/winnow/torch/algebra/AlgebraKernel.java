package io.winnow.torch.algebra;

import io.winnow.torch.kernel.KernelSource;
import java.util.List;

/**
 * Writes the functions of {@link Algebra}. Rows come as float32 and are widened to float64 (dtype
 * 7) block by block; n counts rows, d features.
 */
final class AlgebraKernel {
  /** Columns that a factor and a density are worked out by at a time. */
  static final int STRIP = 128;

  private static final String MEAN =
      """
      # roughly, in the rows' own precision
      def mean(self: __torch__.Kernel, rows: Tensor) -> Tensor:
        return torch.to(torch.mean(rows, [0]), 7)
      """;

  // Of a symmetric matrix the upper blocks alone are computed: 9/16 of the products at 8 blocks,
  // 17/32 at 16. Narrower blocks would be fewer products, but each reads all rows again. Features
  // lie in rows, because products of strips of rows take seven eighths of the time of those of
  // columns.
  private static final String ADD_MOMENTS =
      """
      # rows less an origin: their sum, and their outer products in the upper triangle (and a part of the lower one)
      def add_moments(self: __torch__.Kernel, rows: Tensor, work: Tensor, origin: Tensor, sum: Tensor, outer: Tensor) -> Tensor:
        n = torch.size(rows, 0)
        d = torch.size(rows, 1)
        columns = torch.reshape(torch.slice(work, 0, 0, torch.mul(n, d)), [d, n])
        x = torch.sub_(torch.copy_(columns, torch.contiguous(torch.t(rows))), torch.unsqueeze(origin, 1))
        _1 = torch.add_(sum, torch.sum(x, [1]))
        for i in range(torch.floordiv(torch.add(d, 255), 256)):
          first = torch.mul(i, 256)
          end = torch.add(first, 256)
          block = torch.slice(torch.slice(outer, 0, first, end), 1, first, d)
          _0 = torch.addmm_(block, torch.slice(x, 0, first, end), torch.t(torch.slice(x, 0, first, d)))
        return outer
      """;

  private static final String CENTRE =
      """
      # the mean of n rows, and their outer products moved from the origin to it
      def centre(self: __torch__.Kernel, origin: Tensor, sum: Tensor, outer: Tensor, rows: Tensor) -> Tensor:
        n = float(rows[0])
        _0 = torch.addr_(outer, sum, sum, beta=1, alpha=torch.div(-1., n))
        return torch.add(origin, torch.div(sum, n))
      """;

  // Blocks of 128 columns: what is left of the matrix is updated, and rows are solved, by products
  // of matrices, which is faster than the library's own factor and solver. For that, blocks on the
  // diagonal are kept as their inverses; on what is lost by them see Du Croz & Higham, Stability of
  // Methods for Matrix Inversion, IMA J. Numer. Anal. 12 (1992).
  private static final String FACTOR =
      """
      # U of UᵀU = outer/n + ridge·I, blocks on its diagonal inverted; the logarithm of its determinant squared; and 0 where there is one
      def factor(self: __torch__.Kernel, outer: Tensor, settings: Tensor) -> List[Tensor]:
        u = torch.div(outer, float(settings[0]))
        _0 = torch.add_(torch.diagonal(u), float(settings[1]))
        d = torch.size(u, 0)
        device = ops.prim.device(u)
        logarithm = torch.zeros([1], dtype=7, device=device)
        failed = torch.zeros([1], dtype=4, device=device)
        for i in range(torch.floordiv(torch.add(d, 127), 128)):
          first = torch.mul(i, 128)
          end = ops.prim.min(torch.add(first, 128), d)
          strip = torch.slice(u, 0, first, end)
          own = torch.slice(strip, 1, first, end)
          factor, info, = torch.linalg_cholesky_ex(own, upper=True)
          _1 = torch.add_(failed, info)
          _2 = torch.add_(logarithm, torch.sum(torch.log(torch.diagonal(factor))), alpha=2)
          one = torch.eye(torch.sub(end, first), dtype=7, device=device)
          inverse = torch.linalg_solve_triangular(factor, one, upper=True, left=True, unitriangular=False)
          _3 = torch.copy_(own, inverse)
          rest = torch.slice(strip, 1, end, d)
          _4 = torch.copy_(rest, torch.mm(torch.t(inverse), rest))
          for j in range(torch.floordiv(torch.add(torch.sub(d, end), 127), 128)):
            from = torch.add(end, torch.mul(j, 128))
            to = torch.add(from, 128)
            left = torch.slice(torch.slice(u, 0, from, to), 1, from, d)
            _5 = torch.addmm_(left, torch.t(torch.slice(strip, 1, from, to)), torch.slice(strip, 1, from, d), beta=1, alpha=-1)
        return [u, logarithm, failed]
      """;

  private static final String GAUSSIAN =
      """
      # ‖(z − mean)·U⁻¹‖², row by row
      def mahalanobis(self: __torch__.Kernel, rows: Tensor, work: Tensor, mean: Tensor, u: Tensor) -> Tensor:
        n = torch.size(rows, 0)
        d = torch.size(rows, 1)
        x = torch.sub_(torch.copy_(torch.reshape(torch.slice(work, 0, 0, torch.mul(n, d)), [n, d]), rows), mean)
        squares = torch.zeros([n], dtype=7, device=ops.prim.device(x))
        for i in range(torch.floordiv(torch.add(d, 127), 128)):
          first = torch.mul(i, 128)
          end = torch.add(first, 128)
          strip = torch.slice(u, 0, first, end)
          y = torch.mm(torch.slice(x, 1, first, end), torch.slice(strip, 1, first, end))
          _0 = torch.add_(squares, torch.sum(torch.square(y), [1]))
          rest = torch.slice(x, 1, end, d)
          _1 = torch.addmm_(rest, y, torch.slice(strip, 1, end, d), beta=1, alpha=-1)
        return squares
      """;

  private static final String EIGEN =
      """
      # eigenvalues, ascending, and eigenvectors in rows, of a matrix of which the upper triangle is read
      def eigen(self: __torch__.Kernel, upper: Tensor, divisor: Tensor) -> List[Tensor]:
        values, vectors, = torch.linalg_eigh(torch.div(upper, float(divisor[0])), "U")
        return [values, torch.contiguous(torch.t(vectors))]
      """;

  private static final String COMPONENTS =
      """
      # along the axes weighted by 1/variance, and what is left of a row weighted by 1/noise
      def components(self: __torch__.Kernel, rows: Tensor, mean: Tensor, axes: Tensor, variances: Tensor, noise: Tensor) -> Tensor:
        x = torch.sub_(torch.to(rows, 7), mean)
        y = torch.matmul(x, torch.t(axes))
        rest = torch.sub(x, torch.matmul(y, axes))
        along = torch.sum(torch.div(torch.square(y), variances), [1])
        return torch.add(along, torch.div(torch.sum(torch.square(rest), [1]), float(noise[0])))
      """;

  private static final String MEDIANS =
      """
      # of each column; of an even count the mean of the middle two
      def medians(self: __torch__.Kernel, rows: Tensor) -> Tensor:
        columns = torch.contiguous(torch.t(rows))
        n = torch.size(columns, 1)
        low, _0, = torch.kthvalue(columns, torch.floordiv(torch.add(n, 1), 2), 1)
        high, _1, = torch.kthvalue(columns, torch.add(torch.floordiv(n, 2), 1), 1)
        return torch.div(torch.add(torch.to(low, 7), torch.to(high, 7)), 2.)
      """;

  private static final String DISTANCES =
      """
      def distances(self: __torch__.Kernel, rows: Tensor, point: Tensor) -> Tensor:
        return torch.sqrt(torch.sum(torch.square(torch.sub(torch.to(rows, 7), point)), [1]))
      """;

  private AlgebraKernel() {}

  static KernelSource source() {
    return new KernelSource(
        "algebra",
        List.of(
            MEAN, ADD_MOMENTS, CENTRE, FACTOR, GAUSSIAN, EIGEN, COMPONENTS, MEDIANS, DISTANCES));
  }
}
