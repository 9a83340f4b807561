"""Writes golden-scores.safetensors: both criteria by NumPy, per class and over all."""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

RIDGE = 1e-5


def log_density(rows):
    mean = rows.mean(axis=0)
    sigma = np.atleast_2d(np.cov(rows.T, bias=True)) + RIDGE * np.eye(rows.shape[1])
    centred = rows - mean
    square = np.einsum("ni,ni->n", centred, np.linalg.solve(sigma, centred.T).T)
    return -0.5 * (square + np.linalg.slogdet(sigma)[1] + rows.shape[1] * np.log(2 * np.pi))


rng = np.random.default_rng(5)
n, d, classes = 120, 7, 3
labels = rng.integers(0, classes, n).astype(np.int32)
mixing = rng.normal(size=(classes, d, d))
features = np.einsum("nij,nj->ni", mixing[labels], rng.normal(size=(n, d)))
features = (features + labels[:, None]).astype(np.float32)
exact = features.astype(np.float64)

per_class = np.zeros(n)
for c in range(classes):
    per_class[labels == c] = log_density(exact[labels == c])
distance = np.zeros(n)
for c in range(classes):
    rows = exact[labels == c]
    distance[labels == c] = np.linalg.norm(rows - np.median(rows, axis=0), axis=1)

target = Path(__file__).parents[1] / "resources" / "golden-scores.safetensors"
save_file(
    {
        "features": features,
        "labels": labels,
        "gaussian_class": per_class,
        "gaussian_global": log_density(exact),
        "moderate_class": distance,
        "moderate_global": np.linalg.norm(exact - np.median(exact, axis=0), axis=1),
    },
    target,
)
