"""Writes src/test/resources/golden with the Python packages safetensors, NumPy and PyTorch.

Run from libs/store: python src/test/python/make_golden.py
"""

import pathlib

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch

GOLDEN = pathlib.Path("src/test/resources/golden")


def mixed():
    """Every dtype, ties in name order, a scalar, an empty tensor, metadata and odd names."""
    return {
        "u8": torch.arange(5, dtype=torch.uint8),
        "i32": torch.tensor([[-1, 2], [3, -(2**31)]], dtype=torch.int32),
        "i64": torch.tensor([2**63 - 1, -(2**63)], dtype=torch.int64),
        "f16": torch.tensor([1.0, -2.5, 65504.0], dtype=torch.float16),
        "bf16": torch.tensor([1.0, -2.5, 3e38], dtype=torch.bfloat16),
        "f32": torch.tensor([[[1.5, -0.0, 3e-45]]], dtype=torch.float32),
        "f64": torch.tensor([0.1, 1e308], dtype=torch.float64),
        "scalar": torch.tensor(7.25, dtype=torch.float32),
        "empty": torch.zeros(0, 3, dtype=torch.float32),
        "B": torch.tensor([1, 2], dtype=torch.int64),
        "\u00e9\n\"\\/\x1f\x7f": torch.tensor([9], dtype=torch.uint8),
        # sorts behind U+FF5E by bytes (as Rust does), before it by UTF-16 units (as Java does)
        "\U0001d54f": torch.tensor([1], dtype=torch.uint8),
        "\uff5e": torch.tensor([2], dtype=torch.uint8),
    }


def statistics():
    """Features of three classes of unequal sizes, and NumPy's mean and covariance of them."""
    rng = np.random.default_rng(7)
    d, sizes = 6, [40, 7, 23]
    labels = np.concatenate([np.full(n, c, np.int32) for c, n in enumerate(sizes)])
    mix = rng.normal(size=(d, d))
    features = (rng.normal(size=(len(labels), d)) @ mix + 3 * labels[:, None]).astype(np.float32)
    order = rng.permutation(len(labels))
    features, labels = features[order], labels[order]
    out = {"features": features, "labels": labels}
    wide = features.astype(np.float64)
    for name, rows in [("all", wide)] + [(f"class{c}", wide[labels == c]) for c in range(3)]:
        out[f"mean.{name}"] = rows.mean(axis=0)
        for ddof in (0, 1):
            out[f"cov{ddof}.{name}"] = np.cov(rows, rowvar=False, ddof=ddof)
    return out


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    metadata = {"made by": "Python \u00e9"}
    safetensors.torch.save_file(mixed(), GOLDEN / "mixed.safetensors", metadata=metadata)
    safetensors.torch.save_file({}, GOLDEN / "none.safetensors")
    safetensors.numpy.save_file(statistics(), GOLDEN / "statistics.safetensors")
