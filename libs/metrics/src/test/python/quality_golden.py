"""Golden figures of quality from NumPy and SciPy.

Run from the module's folder:  python src/test/python/quality_golden.py
Writes src/test/resources/golden/quality.json: features (rounded to eighths, so that float32 holds them and JSON
is short) and what docs/benchmarks/quality_peer.py makes of them, by functions that share nothing with Winnow's.
"""
import json
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve()
OUT = HERE.parents[1] / "resources" / "golden" / "quality.json"
sys.path.insert(0, str(HERE.parents[4] / "docs" / "benchmarks"))
import quality_peer  # noqa: E402


def features(rng, rows, d, shift, scale):
    mix = np.eye(d) + 0.3 * rng.standard_normal((d, d))
    return np.round(8 * (scale * rng.standard_normal((rows, d)) @ mix + shift)) / 8


def main():
    rng = np.random.default_rng(20242)
    cases = []
    for name, n, m, t, d, shift, scale in [
        ("alike", 60, 50, 40, 5, 0.0, 1.0),
        ("shifted and narrower", 45, 70, 30, 4, 0.7, 0.6),
        ("fewer rows than features", 12, 9, 7, 16, 0.2, 1.2),
    ]:
        samples = features(np.random.default_rng(n), n, d, shift, scale)
        heldout = features(rng, m, d, 0.0, 1.0)
        trained = np.concatenate([features(rng, t - 3, d, 0.0, 1.0), samples[:3] + 0.125])
        cases.append(
            {
                "name": name,
                "dimension": d,
                "samples": samples.ravel().tolist(),
                "heldout": heldout.ravel().tolist(),
                "trained": trained.ravel().tolist(),
                "figures": quality_peer.figures(samples, heldout, trained),
            }
        )
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
