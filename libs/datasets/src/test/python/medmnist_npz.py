"""Writes .npz files as MedMNIST and Keras do, by NumPy itself.

    python src/test/python/medmnist_npz.py src/test/resources/npz     # NumPy 2.4

Pixel (y, x) of channel c of image i is (7i + 5y + 3x + 50c) mod 256; images of the test part begin at i = 100, those of the
validation part at i = 200. The label of image i is i mod 3.
"""
import sys
import zipfile
from pathlib import Path

import numpy as np

SIDE = 4
FIRST = {"train": 0, "test": 100, "val": 200}


def images(part, n, channels):
    i, y, x, c = np.ogrid[FIRST[part] : FIRST[part] + n, :SIDE, :SIDE, : channels or 1]
    pixels = ((7 * i + 5 * y + 3 * x + 50 * c) % 256).astype(np.uint8)
    return pixels if channels else pixels[..., 0]


def labels(part, n, kind="u1", column=True):
    numbers = (np.arange(FIRST[part], FIRST[part] + n) % 3).astype(kind)
    return numbers[:, None] if column else numbers


def medmnist(channels=0, kind="u1", parts=("train", "val", "test")):
    arrays = {}
    for part in parts:
        n = 9 if part == "train" else 3
        arrays[f"{part}_images"] = images(part, n, channels)
        arrays[f"{part}_labels"] = labels(part, n, kind)
    return arrays


def versions(path):
    """Headers of all versions; NumPy itself writes the lowest that will do."""
    arrays = medmnist(parts=("train", "test"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, version in zip(arrays, [(2, 0), (3, 0), (1, 0), (2, 0)]):
            with out.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, arrays[name], version=version)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "grey.npz", **medmnist())
    np.savez(folder / "colour.npz", **medmnist(3, ">i8"))
    keras = {f"x_{p}": images(p, 9, 0) for p in ("train", "test")} | {f"y_{p}": labels(p, 9, "i8", False) for p in ("train", "test")}
    np.savez(folder / "keras.npz", **keras)
    versions(folder / "versions.npz")
    np.savez_compressed(
        folder / "fortran.npz",
        **{name: np.asfortranarray(array) for name, array in medmnist(3, parts=("train", "test")).items()},
    )
    np.savez_compressed(folder / "validation.npz", **medmnist(parts=("train", "val")))
    hidden = medmnist(kind="i4")
    hidden["test_labels"][:] = -1
    np.savez_compressed(folder / "hidden.npz", **hidden)
    train = medmnist(parts=("train",))
    np.savez_compressed(folder / "one.npz", **train | {"train_labels": labels("train", 9) + 1})
    np.savez_compressed(folder / "objects.npz", **train | {"train_labels": np.array([str(i) for i in range(9)], object)})
    np.savez_compressed(folder / "floats.npz", **train | {"train_images": images("train", 9, 0) / np.float32(255)})
    np.savez_compressed(folder / "several.npz", **train | {"train_labels": np.ones((9, 14), np.uint8)})
    np.savez_compressed(folder / "volumes.npz", **train | {"train_images": np.zeros((9, 4, 4, 4), np.uint8)})
    np.savez_compressed(folder / "short.npz", **train | {"train_labels": labels("train", 8)})
    np.savez_compressed(folder / "fields.npz", **train | {"train_labels": np.zeros(9, [("a", "u1"), ("b", "u1")])})


main(Path(sys.argv[1]))
