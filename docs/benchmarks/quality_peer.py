"""The figures of Winnow's report in NumPy and SciPy: the peer of the trainer's evaluate stage.

Reads a run's stored features and its evaluation, recomputes Fréchet distance, KID, precision, recall, density, coverage
and the memorisation check in float64, of the whole and of each class, and prints Winnow's figure, the peer's and their
relative difference. Nothing here is Winnow's: all distances come from SciPy at once, the matrix root from sqrtm.

    python quality_peer.py STORE RUN        # STORE: the bucket's folder, HOME/s3/buckets/winnow of a local system

Reads STORE/runs/RUN/report.json and the artifacts that it names. Exits with 1 when a figure differs by more than 1e-4.
"""

import argparse
import json
import os
import sys

import numpy as np
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist

from select_peer import safetensors

CLASS_ROWS = 20
MANIFOLD, DENSITY = 3, 5
BLOCK = 1000
TOLERANCE = 1e-4


def frechet(x, y):
    """The usual FID script's formula. Where a covariance has no full rank, sqrtm of the singular product is inexact: then
    from the rows themselves, as the trace of the root is the sum of the singular values of X Yᵀ, centred and scaled."""
    c1, c2 = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    if min(len(x), len(y)) > x.shape[1]:
        root = np.trace(np.real(sqrtm(c1 @ c2)))
    else:
        product = (x - x.mean(0)) @ (y - y.mean(0)).T
        root = np.linalg.svd(product, compute_uv=False).sum() / np.sqrt((len(x) - 1) * (len(y) - 1))
    return float(((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(c1) + np.trace(c2) - 2 * root)


def kid(x, y):
    def kernel(a, b):
        return (a @ b.T / a.shape[1] + 1) ** 3

    def total(a, b):
        return sum(kernel(a[i : i + BLOCK], b).sum() for i in range(0, len(a), BLOCK))

    def diagonal(a):
        return (((a * a).sum(1) / a.shape[1] + 1) ** 3).sum()

    n, m = len(x), len(y)
    within = (total(x, x) - diagonal(x)) / (n * (n - 1)) + (total(y, y) - diagonal(y)) / (m * (m - 1))
    return float(within - 2 * total(x, y) / (n * m))


def nearest(a, b, k, same=False):
    """Distance of each row of a to its k-th nearest of b."""
    out = []
    for i in range(0, len(a), BLOCK):
        distances = cdist(a[i : i + BLOCK], b)
        if same:
            distances[np.arange(len(distances)), i + np.arange(len(distances))] = np.inf
        out.append(np.partition(distances, k - 1, axis=1)[:, k - 1])
    return np.concatenate(out)


def held(a, b, radii):
    """In how many balls about b each row of a lies."""
    return np.concatenate([(cdist(a[i : i + BLOCK], b) <= radii).sum(1) for i in range(0, len(a), BLOCK)])


def neighbours(x, y):
    real3, real5 = nearest(y, y, MANIFOLD, True), nearest(y, y, DENSITY, True)
    return {
        "precision": float((held(x, y, real3) > 0).mean()),
        "recall": float((held(y, x, nearest(x, x, MANIFOLD, True)) > 0).mean()),
        "density": float(held(x, y, real5).mean() / DENSITY),
        "coverage": float((nearest(y, x, 1) <= real5).mean()),
    }


def memorisation(x, y, trained):
    of_samples, of_heldout = nearest(x, trained, 1), nearest(y, trained, 1)
    rank = len(y) // 100
    return {
        "share": float((of_samples < np.sort(of_heldout)[rank]).mean()),
        "expected": (rank + 1) / (len(y) + 1),
        "distanceRatio": float(
            np.sort(of_samples)[(len(x) - 1) // 2] / np.sort(of_heldout)[(len(y) - 1) // 2]
        ),
    }


def figures(x, y, trained):
    return {"frechet": frechet(x, y), "kid": kid(x, y), **neighbours(x, y), **memorisation(x, y, trained)}


def load(store, reference, split):
    """Features and labels of a split, as the manifest orders them."""
    manifest = json.load(open(os.path.join(store, reference["address"], "manifest.json")))
    entries = [e for e in manifest["entries"] if e.get("split") == split and e["name"].endswith("/features.safetensors")]
    shards = [safetensors(os.path.join(store, e["object"]["key"])) for e in entries]
    return (
        np.concatenate([s["features"] for s in shards]).astype(np.float64),
        np.concatenate([s["labels"] for s in shards]),
    )


def compare(name, ours, theirs):
    difference = abs(ours - theirs) / max(abs(theirs), 1e-12)
    print(f"{name:34s} {ours:<24.15g} {theirs:<24.15g} {difference:.1e}")
    return difference


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store")
    parser.add_argument("run")
    options = parser.parse_args()
    report = json.load(open(os.path.join(options.store, "runs", options.run, "report.json")))
    lineage = report["lineage"]
    coreset = safetensors(os.path.join(options.store, lineage["coreset"]["address"], "coreset.safetensors"))
    trained = load(options.store, lineage["features"], "train")[0][coreset["indices"]]
    y, y_labels = load(options.store, lineage["features"], "heldout")
    x, x_labels = load(options.store, lineage["sampleFeatures"], "samples")
    quality = report["quality"]
    print(f"{len(x)} samples, {len(y)} held-out images, {len(trained)} trained images, {x.shape[1]} features")
    print(f"{'figure':34s} {'winnow':24s} {'numpy':24s} relative difference")
    worst = 0.0
    for name, value in figures(x, y, trained).items():
        where = quality["memorisation"] if name in quality["memorisation"] else quality
        ours = where[name]["value"] if isinstance(where[name], dict) else where[name]
        worst = max(worst, compare(name, ours, value))
    for label, of_class in enumerate(quality["perClass"]):
        xc, yc = x[x_labels == label], y[y_labels == label]
        wanted = {}
        if "frechet" in of_class:
            wanted["frechet"] = frechet(xc, yc)
        if min(len(xc), len(yc)) >= CLASS_ROWS:
            wanted.update(neighbours(xc, yc))
        for name, value in wanted.items():
            worst = max(worst, compare(f"{of_class['name']}: {name}", of_class[name], value))
    if report.get("frechetUntrained") is not None:
        untrained = load(options.store, lineage["sampleFeatures"], "untrained")[0]
        worst = max(worst, compare("frechetUntrained", report["frechetUntrained"], frechet(untrained, y)))
    for point in report["curve"]:
        last = point is report["curve"][-1]
        split = "samples" if last else f"at-{point['images']}"
        rows = load(options.store, lineage["sampleFeatures"], split)[0][: point["samples"]]
        worst = max(worst, compare(f"at {point['images']} images", point["frechet"]["value"], frechet(rows, y)))
    print(f"worst relative difference {worst:.1e}")
    sys.exit(worst > TOLERANCE)


if __name__ == "__main__":
    main()
