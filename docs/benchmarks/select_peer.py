"""The scores of Winnow's selector in NumPy, SciPy and scikit-learn: the peer of `./winnow bench select`.

Reads the very features that `./winnow bench select --keep DIR` wrote (its JSON names their folder), scores them in float64,
class by class, and keeps ceil(ratio * n) rows of each class, ties by index. Prints one line of JSON.

    ./winnow bench select --criterion gaussian --keep /tmp/features --out /tmp/winnow.safetensors > /tmp/winnow.json
    python select_peer.py --from /tmp/winnow.json                                       # this peer alone, same sizes
    python select_peer.py --from /tmp/winnow.json --compare /tmp/winnow.safetensors     # and the indices that differ
    python select_peer.py --against ./winnow --criterion gaussian --rows 50000 --dimension 2048 --classes 10 --rounds 3
"""

import argparse
import glob
import json
import os
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time

RIDGE = FLOOR = 1e-5
SHARE = 0.95
NEIGHBOURS = 5
TYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8"}


def safetensors(path):
    import numpy as np

    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = np.frombuffer(file.read(), np.uint8)
    out = {}
    for name, place in header.items():
        if name != "__metadata__":
            begin, end = place["data_offsets"]
            out[name] = data[begin:end].view(TYPES[place["dtype"]]).reshape(place["shape"])
    return out


def read(folder):
    import numpy as np

    shards = [safetensors(f) for f in sorted(glob.glob(os.path.join(folder, "shard-*", "features.safetensors")))]
    features = np.concatenate([s["features"] for s in shards]).astype(np.float32, copy=False)
    return features, np.concatenate([s["labels"] for s in shards])


def covariance(rows):
    mean = rows.mean(0)
    centred = rows - mean
    return mean, centred, centred.T @ centred / len(rows)  # NumPy sees the symmetry: syrk, half the products


def gaussian(rows):
    import numpy as np
    from scipy.linalg import cholesky, solve_triangular

    rows = rows.astype(np.float64)
    d = rows.shape[1]
    _, centred, sigma = covariance(rows)
    sigma[np.diag_indices(d)] += RIDGE
    lower = cholesky(sigma, lower=True, overwrite_a=True, check_finite=False)
    y = solve_triangular(lower, centred.T, lower=True, check_finite=False)
    return -0.5 * (np.einsum("ij,ij->j", y, y) + 2 * np.log(np.diag(lower)).sum() + d * np.log(2 * np.pi))


def ppca(rows):
    import numpy as np
    from scipy.linalg import eigh

    rows = rows.astype(np.float64)
    d = rows.shape[1]
    _, centred, sigma = covariance(rows)
    values, vectors = eigh(sigma, overwrite_a=True, check_finite=False)
    values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
    total, q, taken = values.sum(), 0, 0.0
    while q < d - 1 and taken < SHARE * total:
        taken += values[q]
        q += 1
    noise = max(FLOOR, values[q:].mean())
    axes, variances = vectors[:, :q], np.maximum(values[:q], FLOOR)
    y = centred @ axes
    rest = centred - y @ axes.T
    square = (y * y / variances).sum(1) + np.einsum("ij,ij->i", rest, rest) / noise
    logarithms = np.log(variances).sum() + (d - q) * np.log(noise) + d * np.log(2 * np.pi)
    return np.rint(-0.5 * (square + logarithms) * 1e9) / 1e9


def moderate(rows):
    import numpy as np

    median = np.median(rows, axis=0).astype(np.float64) if len(rows) % 2 else None
    if median is None:
        middle = np.sort(rows, axis=0)[len(rows) // 2 - 1 : len(rows) // 2 + 1].astype(np.float64)
        median = middle.mean(0)
    difference = rows.astype(np.float64) - median
    return np.sqrt(np.einsum("ij,ij->i", difference, difference))


def knn(rows):
    import numpy as np
    from sklearn.neighbors import NearestNeighbors

    k = min(NEIGHBOURS, len(rows) - 1)
    if k == 0:
        return np.zeros(1)
    search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(rows.astype(np.float64))
    return -search.kneighbors()[0][:, -1]


CRITERIA = {"gaussian": gaussian, "ppca": ppca, "moderate": moderate, "knn": knn}


def keep(scores, ratio, criterion):
    """Positions of the rows kept of one class."""
    import math
    from fractions import Fraction

    import numpy as np

    k = math.ceil(Fraction(str(ratio)) * len(scores))
    if criterion == "moderate":
        order = np.argsort(scores, kind="stable")
        first = (len(scores) - k) // 2
        return order[first : first + k]
    return np.argsort(-scores, kind="stable")[:k]


def select(features, labels, criterion, ratio):
    """All scores, and the rows kept, ascending."""
    import numpy as np

    scores = np.zeros(len(labels))
    kept = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        scores[rows] = CRITERIA[criterion](features[rows])
        kept.append(rows[keep(scores[rows], ratio, criterion)])
    return scores, np.sort(np.concatenate(kept))


def measure(options):
    import numpy as np

    winnow = json.load(open(options.source))
    criterion = options.criterion or winnow["criterion"]
    start = time.perf_counter()
    features, labels = read(winnow["folder"])
    loaded = time.perf_counter()
    scores, indices = select(features, labels, criterion, options.ratio)
    end = time.perf_counter()
    out = {
        "engine": "NumPy " + np.__version__,
        "criterion": criterion,
        "rows": len(labels),
        "dimension": features.shape[1],
        "classes": winnow["classes"],
        "threads": options.threads,
        "kept": len(indices),
        "seconds": {"read": loaded - start, "scoreAndSelect": end - loaded, "total": end - start},
        "rowsPerSecond": len(labels) / (end - start),
        "peakRssMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if options.compare:
        theirs = safetensors(options.compare)
        out["indicesOfBoth"] = len(np.intersect1d(indices, theirs["indices"]))
        out["indicesEqual"] = bool(np.array_equal(indices, theirs["indices"]))
        out["largestDifferenceOfScores"] = float(
            np.max(np.abs(np.abs(scores) - np.abs(theirs["scores"])) / np.maximum(1, np.abs(scores)))
        )
    return out


def alternate(options):
    environment = dict(os.environ)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        environment[name] = str(options.threads)
    runs = {"winnow": [], "numpy": []}
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or os.path.join(scratch, "features")
        out, source = os.path.join(scratch, "winnow.safetensors"), os.path.join(scratch, "winnow.json")
        ours = [options.against, "bench", "select", "--criterion", options.criterion or "gaussian", "--keep", folder]
        ours += ["--rows", options.rows, "--dimension", options.dimension, "--classes", options.classes]
        ours += ["--ratio", options.ratio, "--threads", options.threads, "--features", options.features, "--out", out]
        ours += ["--memory-mib", options.memory_mib]
        theirs = [sys.executable, __file__, "--from", source, "--compare", out]
        theirs += ["--ratio", options.ratio, "--threads", options.threads]

        def winnow():
            printed = subprocess.run([str(a) for a in ours], check=True, stdout=subprocess.PIPE, text=True).stdout
            with open(source, "w") as file:
                file.write(printed)
            return json.loads(printed)

        def numpy():
            command = [str(a) for a in theirs]
            return json.loads(
                subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
            )

        winnow()  # writes the features
        sides = {"winnow": winnow, "numpy": numpy}
        for round_ in range(options.rounds):
            for side in list(sides) if round_ % 2 == 0 else reversed(list(sides)):
                runs[side].append(sides[side]())
                print(f"round {round_}: {side} {json.dumps(runs[side][-1])}", file=sys.stderr)
    medians = {side: statistics.median(r["seconds"]["total"] for r in all_) for side, all_ in runs.items()}
    computing = {
        "winnow": statistics.median(r["seconds"]["score"] + r["seconds"]["select"] for r in runs["winnow"]),
        "numpy": statistics.median(r["seconds"]["scoreAndSelect"] for r in runs["numpy"]),
    }
    print(
        json.dumps(
            {
                "ratio": medians["winnow"] / medians["numpy"],
                "seconds": medians,
                "ratioWithoutReading": computing["winnow"] / computing["numpy"],
                "secondsWithoutReading": computing,
                "indicesEqual": all(r["indicesEqual"] for r in runs["numpy"]),
            }
        )
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", help="the JSON of ./winnow bench select --keep")
    parser.add_argument("--compare", help="the safetensors file of its --out")
    parser.add_argument("--criterion", choices=CRITERIA)
    parser.add_argument("--ratio", type=float, default=0.25)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--against", help="Winnow's script: measure it and this peer in turn")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--dimension", type=int, default=2048)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--features", default="float32", choices=["float32", "float16"])
    parser.add_argument("--memory-mib", type=int, default=1024)
    parser.add_argument("--keep", help="a folder for the features")
    options = parser.parse_args()
    if options.against:
        alternate(options)
    elif options.source:
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ[name] = str(options.threads)  # before NumPy is loaded
        print(json.dumps(measure(options)))
    else:
        parser.error("give --from or --against")


if __name__ == "__main__":
    main()
