"""Writes src/test/resources/statedict with PyTorch 2.13: state dicts in both formats of torch.save.

Run from libs/store: python src/test/python/make_state_dicts.py
The values are formulas of the index, which StateDictTest computes again.
"""

import pathlib
from collections import OrderedDict

import torch

GOLDEN = pathlib.Path("src/test/resources/statedict")
FLOATS = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
INTEGERS = [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool]


def state_dict():
    """Every type, views of one storage, odd names, an empty tensor and a scalar."""
    tensors = OrderedDict()
    for dtype in FLOATS:
        tensors[str(dtype).removeprefix("torch.")] = ((torch.arange(6) - 2) * 0.375).to(dtype).view(2, 3)
    for dtype in INTEGERS:
        tensors[str(dtype).removeprefix("torch.")] = ((torch.arange(6) * 37) % 101).to(dtype)
    base = torch.arange(24, dtype=torch.float32).view(2, 3, 4)
    tensors["base"] = base
    tensors["transposed"] = base.permute(2, 0, 1)
    tensors["sliced"] = base[:, 1:, ::2]
    tensors["same"] = base
    tensors["expanded"] = torch.tensor([[5.5], [6.5]]).expand(2, 3)
    tensors["parameter"] = torch.nn.Parameter(torch.tensor([0.25, -0.5]))
    tensors["scalar"] = torch.tensor(7, dtype=torch.int64)
    tensors["empty"] = torch.zeros(0, 3)
    tensors["\u00e9\U0001d54f"] = torch.tensor([1.0])
    tensors._metadata = OrderedDict({"": {"version": 1}})
    return tensors


def checkpoint():
    """A training's checkpoint: weights, EMA weights under DistributedDataParallel's names, and more."""
    return {
        "model": {"w": torch.tensor([1.0, 2.0])},
        "ema": OrderedDict({"module.w": torch.tensor([3.0, 4.0]), "module.b": torch.tensor([5.0])}),
        "opt": {"state": {0: {"step": 10, "m": torch.tensor([0.5])}}, "param_groups": [{"lr": 1e-4, "betas": (0.9, 0.999), "params": [0], "x": None}]},
        "steps": 2**70,
        "small": -5,
        "done": False,
        "size": torch.Size([2, 3]),
    }


def save(value, name, **options):
    torch.save(value, GOLDEN / f"{name}.pt", **options)
    torch.save(value, GOLDEN / f"{name}.legacy.pt", _use_new_zipfile_serialization=False, **options)


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    save(state_dict(), "all")
    save(checkpoint(), "checkpoint")
    save(checkpoint(), "protocol5", pickle_protocol=5)
