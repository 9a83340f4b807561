"""Compares features and coresets of CIFAR-10 that Winnow made with PyTorch's and NumPy's, index for index.

Features: the surrogate cifar10-resnet56.pt by PyTorch from the binary files. Coresets: select_peer.py's float64 scores of
those features. Winnow's own lie in the store of a local home, which needs no running system; every coreset by class there of
the same features is compared. For each of them a run makes one (training is as short as it gets):

    for criterion in gaussian moderate ppca knn; do for ratio in 0.10 0.25 0.40; do
      echo '{"dataset": {"source": "'$SHARED'/data/cifar-10-batches-bin"},
        "surrogate": {"source": "'$SHARED'/models/cifar10-resnet56.pt", "inputSize": 32},
        "selection": {"criterion": "'$criterion'", "ratio": '$ratio'},
        "reweight": {"method": "uniform"}, "model": {"preset": "ddpm-tiny"}, "training": {"images": 64, "batch": 32},
        "sampling": {"images": 20, "steps": 1, "baseline": false}}' > spec.json
      ./winnow submit spec.json --wait
    done; done
    python cifar10_check.py --shared $SHARED --home ~/.winnow
"""

import argparse
import glob
import json
import os

import numpy as np

import select_peer


def images(folder):
    """The train part, in the order of its files: uint8 N×3×32×32 and labels."""
    records = np.concatenate(
        [np.fromfile(os.path.join(folder, f"data_batch_{i}.bin"), np.uint8).reshape(-1, 3073) for i in range(1, 6)]
    )
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0].astype(np.int32)


def encode(pixels, module, batch):
    import torch

    network = torch.jit.load(module).eval()
    with torch.inference_mode():
        parts = [
            network(torch.from_numpy(pixels[i : i + batch]).float() / 255).numpy() for i in range(0, len(pixels), batch)
        ]
    return np.concatenate(parts)


def artifacts(home, kind):
    for file in sorted(glob.glob(os.path.join(home, "**", kind, "*", "manifest.json"), recursive=True)):
        with open(file) as text:
            yield os.path.dirname(file), json.load(text)


def stored_features(home, digest):
    """The train part of features in the store, as their manifest lists its shards."""
    for folder, manifest in artifacts(home, "features"):
        if manifest["digest"] == digest:
            root = folder[: folder.rindex("features")]
            shards = [
                select_peer.safetensors(os.path.join(root, entry["object"]["key"]))
                for entry in manifest["entries"]
                if entry.get("split") == "train" and entry["name"].endswith("/features.safetensors")
            ]
            return np.concatenate([s["features"] for s in shards]).astype(np.float32, copy=False)
    raise SystemExit(f"no features {digest} in {home}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", required=True, help="the folder with data/ and models/")
    parser.add_argument("--home", default=os.path.expanduser("~/.winnow"))
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--cache", help="an .npy file that keeps PyTorch's features")
    options = parser.parse_args()
    pixels, labels = images(os.path.join(options.shared, "data", "cifar-10-batches-bin"))
    if options.cache and os.path.exists(options.cache):
        features = np.load(options.cache)
    else:
        features = encode(pixels, os.path.join(options.shared, "models", "cifar10-resnet56.pt"), options.batch)
        if options.cache:
            np.save(options.cache, features)
    print("| criterion | ratio | kept | same indices | share | features differ at most by |")
    print("| --- | --- | --- | --- | --- | --- |")
    compared = 0
    rows = []
    for folder, manifest in artifacts(options.home, "coresets"):
        asked = manifest["parameters"]
        criterion, ratio = asked["criterion"], asked.get("ratio")
        if criterion in select_peer.CRITERIA and asked["scope"] == "class" and ratio and asked.get("minPerClass") is None:
            coreset = select_peer.safetensors(os.path.join(folder, "coreset.safetensors"))
            if not np.array_equal(coreset["labels"], labels):
                continue  # of another data set
            winnow = stored_features(options.home, manifest["inputs"][0])
            if winnow.shape != features.shape:
                continue  # of another surrogate
            difference = float(np.abs(winnow - features).max())
            _, indices = select_peer.select(features, labels, criterion, ratio)
            same = len(np.intersect1d(indices, coreset["indices"]))
            rows.append((criterion, ratio, len(indices), same, same / len(indices), difference))
    for criterion, ratio, kept, same, share, difference in sorted(rows):
        print(f"| {criterion} | {ratio} | {kept:,} | {same:,} | {share:.4%} | {difference:.1e} |")
        exact = criterion in ("gaussian", "moderate")
        compared += 1
        if same < (kept if exact else 0.999 * kept) or difference > 1e-5:
            print(f"  ^ not what was asked for: {'every index' if exact else '99.9 % of indices'}, features within 1e-5")
    if not compared:
        raise SystemExit(f"no coreset of CIFAR-10 by this surrogate in {options.home}: make some as --help says")


if __name__ == "__main__":
    main()
