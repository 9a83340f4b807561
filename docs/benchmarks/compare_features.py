"""Compares features in Winnow's store with PyTorch's, image by image.

    python compare_features.py --home ~/.winnow --features features/DIGEST --dataset datasets/NAME/DIGEST \\
        --surrogate model.pt

`./winnow report RUN --json` names both addresses. Reads the home's files, so no system need be running. Prints one line of
JSON; the exit code is 1 where a feature differs by more than --tolerance.
"""

import argparse
import json
import pathlib
import struct
import sys


def tensors(path):
    import numpy as np

    kinds = {"F32": np.float32, "F16": np.float16, "U8": np.uint8, "I32": np.int32}
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    body = data[8 + length :]
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], kinds[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", default=pathlib.Path.home() / ".winnow", type=pathlib.Path)
    parser.add_argument("--bucket", default="s3/buckets/winnow", help="the bucket's folder in the home")
    parser.add_argument("--features", required=True)
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--surrogate", required=True)
    parser.add_argument("--output", default="forward")
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tolerance", type=float, default=1e-5)
    options = parser.parse_args()

    import numpy as np
    import torch

    torch.set_num_threads(options.threads)
    method = getattr(torch.jit.load(options.surrogate).eval(), options.output)
    bucket = options.home / options.bucket
    shards = sorted((bucket / options.dataset).glob("shard-*.safetensors"))
    if not shards:
        sys.exit(f"no shards in {bucket / options.dataset}: name the home and the data set's address")
    worst, images, unequal_labels = 0.0, 0, 0
    for i, shard in enumerate(shards):
        data = tensors(shard)
        stored = tensors(bucket / options.features / f"shard-{i:06d}" / "features.safetensors")
        with torch.no_grad():
            expected = torch.cat(
                [method(x.float().div(255)) for x in torch.from_numpy(data["images"].copy()).split(options.batch)]
            )
        worst = max(worst, float(np.abs(stored["features"].astype(np.float64) - expected.double().numpy()).max()))
        unequal_labels += int((stored["labels"] != data["labels"]).sum())
        images += len(stored["labels"])
    print(json.dumps({"images": images, "largestDifference": worst, "unequalLabels": unequal_labels}))
    sys.exit(0 if worst <= options.tolerance and unequal_labels == 0 else 1)


main()
