"""A TorchScript surrogate's features in plain PyTorch: the peer of `./winnow bench encode`.

The loop that one would write: eval, no_grad, uint8 images in memory to float in [0, 1], batch after batch, features kept.
Prints one line of JSON.

    python encode.py --surrogate model.pt                                          # this peer alone
    python encode.py --surrogate model.pt --against ../../winnow --rounds 5        # both in turn
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time


def measure(options):
    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = torch.jit.load(options.surrogate, map_location=options.device).eval()
    method = getattr(model, options.output)
    images = torch.randint(
        0, 256, (options.images, options.channels, options.size, options.size), dtype=torch.uint8
    )
    layout = torch.channels_last if options.layout == "channels-last" else torch.contiguous_format

    def encode():
        features = []
        with torch.no_grad(), torch.autocast(
            options.device.split(":")[0], torch.bfloat16, enabled=options.precision == "bf16"
        ):
            for batch in images.split(options.batch):
                x = batch.to(options.device).float().div(255).contiguous(memory_format=layout)
                features.append(method(x).float().cpu())
        return torch.cat(features)

    for _ in range(options.warm_up):
        encode()
    seconds = []
    for _ in range(options.rounds_inside):
        start = time.perf_counter()
        features = encode()
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    return {
        "engine": "PyTorch " + torch.__version__,
        "surrogate": options.surrogate,
        "dimension": features.shape[1],
        "images": options.images,
        "batch": options.batch,
        "precision": options.precision,
        "layout": options.layout,
        "threads": options.threads,
        "secondsPerRound": median,
        "imagesPerSecond": options.images / median,
        "peakRssMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def last_json(command):
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(out[out.index("{") :])


def alternate(options):
    shared = ["--surrogate", options.surrogate, "--output", options.output, "--batch", options.batch]
    shared += ["--precision", options.precision, "--threads", options.threads, "--images", options.images]
    shared += ["--size", options.size, "--channels", options.channels, "--warm-up", options.warm_up]
    shared = [str(s) for s in shared]
    sides = {
        "winnow": [options.against, "bench", "encode", *shared, "--rounds", str(options.rounds_inside)],
        "pytorch": [
            sys.executable, __file__, *shared, "--layout", options.layout,
            "--rounds-inside", str(options.rounds_inside),
        ],
    }  # fmt: skip
    runs = {side: [] for side in sides}
    for round_ in range(options.rounds):
        for side in list(sides) if round_ % 2 == 0 else reversed(list(sides)):
            runs[side].append(last_json(sides[side]))
            print(f"round {round_}: {side} {runs[side][-1]['imagesPerSecond']:.1f} images/s", file=sys.stderr)
    medians = {side: statistics.median(r["imagesPerSecond"] for r in all_) for side, all_ in runs.items()}
    ratios = [w["imagesPerSecond"] / p["imagesPerSecond"] for w, p in zip(runs["winnow"], runs["pytorch"])]
    memory = {side: max(r["peakRssMiB"] for r in all_) for side, all_ in runs.items()}
    print(
        json.dumps(
            {
                "throughputRatio": medians["winnow"] / medians["pytorch"],
                "ratios": ratios,
                "imagesPerSecond": medians,
                "peakRssMiB": memory,
                "readFraction": statistics.median(r["readFraction"] for r in runs["winnow"]),
            }
        )
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--surrogate", required=True)
    parser.add_argument("--output", default="forward", help="a method that gives N×d")
    parser.add_argument("--images", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--channels", type=int, default=3)
    parser.add_argument("--precision", default="float32", choices=["float32", "bf16"])
    parser.add_argument("--layout", default="contiguous", choices=["contiguous", "channels-last"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--warm-up", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--rounds-inside", type=int, default=5, help="timed passes over the images, of each process")
    parser.add_argument("--against", help="Winnow's script: measure it and this peer in turn")
    parser.add_argument("--rounds", type=int, default=5, help="processes of each side, in turn")
    options = parser.parse_args()
    if options.against:
        alternate(options)
    else:
        print(json.dumps(measure(options)))


main()
