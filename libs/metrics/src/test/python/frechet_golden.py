"""Golden Fréchet distances from scipy.linalg.sqrtm.

Run from the module's folder:  python src/test/python/frechet_golden.py
Writes src/test/resources/golden/frechet.json.

Where both covariances have full rank the root is that of the plain product, as the usual FID scripts
take it. Where one has not, sqrtm of a singular, non-symmetric product is inexact, and the root is taken
of the symmetric S1^(1/2) S2 S1^(1/2), whose trace is the same.
"""
import json
import pathlib

import numpy as np
from scipy.linalg import sqrtm

OUT = pathlib.Path(__file__).parents[1] / "resources" / "golden" / "frechet.json"


def gaussian(rng, d, rank, scale):
    a = rng.standard_normal((d, rank)) * scale
    return rng.standard_normal(d), a @ a.T / rank


def distance(m1, c1, m2, c2, singular):
    if singular:
        values, q = np.linalg.eigh(c1)
        half = (q * np.sqrt(np.clip(values, 0, None))) @ q.T
        root = sqrtm(half @ c2 @ half)
    else:
        root = sqrtm(c1 @ c2)
    return float(((m1 - m2) ** 2).sum() + np.trace(c1) + np.trace(c2) - 2 * np.trace(np.real(root)))


def main():
    rng = np.random.default_rng(20241)
    cases = []
    for name, d, rank1, rank2, scale in [
        ("one feature", 1, 1, 1, 1.0),
        ("full rank", 5, 9, 7, 1.0),
        ("full rank, other scale", 6, 8, 8, 30.0),
        ("first of deficient rank", 6, 2, 9, 1.0),
        ("second of deficient rank", 6, 9, 3, 1.0),
        ("both of deficient rank", 8, 3, 2, 1.0),
        ("first is a point", 4, 0, 6, 1.0),
        ("sixteen features", 16, 40, 30, 0.1),
    ]:
        m1, c1 = gaussian(rng, d, max(rank1, 1), scale)
        if rank1 == 0:
            c1 = np.zeros_like(c1)
        m2, c2 = gaussian(rng, d, rank2, 1.0)
        cases.append(
            {
                "name": name,
                "mean1": m1.tolist(),
                "covariance1": c1.ravel().tolist(),
                "mean2": m2.tolist(),
                "covariance2": c2.ravel().tolist(),
                "distance": distance(m1, c1, m2, c2, min(rank1, rank2) < d),
            }
        )
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
