"""Writes ../resources/golden/unet-small.json and .safetensors: what PyTorch's own layers make of a
small U-Net, in the format that `winnow bench parity` reads: weights, inputs, outputs, and for each
output its distance from the same computation in float64.

Usage: python unet_parity.py   (torch, safetensors; one thread, on the processor)
"""

import json
import math
import os

import torch
from safetensors.torch import save_file

from unet_golden import CHANNELS, CLASSES, GROUPS, HEADS, PATCH, SIZE, T, WIDTH, Net

GUIDANCE, DROPOUT, DDPM, DDIM = 2.5, 0.1, 5, 4
SHAPE = (CHANNELS, SIZE, SIZE)


def inputs(g):
    def noise(*shape):
        return torch.randn(*shape, generator=g)

    t = torch.tensor
    z = noise(2, *SHAPE)
    labels = t([0, 2, CLASSES, CLASSES])
    return {
        "in.x": noise(3, *SHAPE),
        "in.t": t([0, 500, 999]),
        "in.y": t([0, 1, CLASSES]),
        "in.cfg.x": noise(4, *SHAPE),
        "in.cfg.t": t([700, 20, 700, 20]),
        "in.cfg.y": labels,
        "in.train.x0": noise(4, *SHAPE).clamp(-1, 1),
        "in.train.t": t([0, 10, 400, 999]),
        "in.train.y": t([0, 1, 2, 1]),
        "in.train.noise": noise(4, *SHAPE),
        "in.train.label_drop_rand": t([0.5, 0.05, 0.9, 0.2]),
        "in.sample.z": torch.cat([z, z]),
        "in.sample.y": labels,
        "in.sample.noise": noise(max(DDPM, DDIM), 4, *SHAPE),
    }


def guided(net, x, t, y):
    half = x[: len(x) // 2]
    with_class, without = net(torch.cat([half, half]), t, y).chunk(2)
    e = without + GUIDANCE * (with_class - without)
    return torch.cat([e, e])


def sample(net, z, y, noise, steps, eta, alphas):
    """DDIM (arXiv 2010.02502, eq. 12), with eta 1 DDPM's ancestral sampling; x is not clipped."""
    kept, x = [], z
    for k in range(len(steps) - 1, -1, -1):
        here = alphas[steps[k]].item()
        after = alphas[steps[k - 1]].item() if k else 1.0
        e = guided(net, x, torch.full((len(x),), steps[k]), y)
        x0 = (x - math.sqrt(1 - here) * e) / math.sqrt(here)
        sigma = eta * math.sqrt((1 - after) / (1 - here) * (1 - here / after))
        x = math.sqrt(after) * x0 + math.sqrt(max(0, 1 - after - sigma**2)) * e
        if sigma > 0:
            x = x + sigma * noise[len(steps) - 1 - k]
        kept.append(x)
    return torch.stack(kept)


def outputs(params, given, dtype):
    torch.set_default_dtype(dtype)
    cast = {k: v.to(dtype) if v.is_floating_point() else v for k, v in given.items()}
    net = Net()
    net.p = {k: v.detach().to(dtype).requires_grad_(True) for k, v in params.items()}
    alphas = torch.cumprod(1 - torch.linspace(1e-4, 0.02, T, dtype=torch.float64), 0)
    a = alphas[cast["in.train.t"]][:, None, None, None]
    x_t = a.sqrt().to(dtype) * cast["in.train.x0"] + (1 - a).sqrt().to(dtype) * cast["in.train.noise"]
    y = cast["in.train.y"].masked_fill(cast["in.train.label_drop_rand"] < DROPOUT, CLASSES)
    mse = (net(x_t, cast["in.train.t"], y) - cast["in.train.noise"]).square().mean((1, 2, 3))
    grads = dict(zip(net.p, torch.autograd.grad(mse.mean(), list(net.p.values()))))
    kept = ["in.weight", "class.weight", "down.1.0.attention.qkv.weight", "out.conv.bias"]
    with torch.no_grad():
        sampled = [net, cast["in.sample.z"], cast["in.sample.y"], cast["in.sample.noise"]]
        out = {
            "out.forward": net(cast["in.x"], cast["in.t"], cast["in.y"]),
            "out.cfg.forward": guided(net, cast["in.cfg.x"], cast["in.cfg.t"], cast["in.cfg.y"]),
            "out.train.x_t": x_t,
            "out.train.mse": mse.detach(),
            "out.train.loss": mse.detach(),
            "out.train.mean_loss": mse.mean().detach(),
            "out.sample.ddpm": sample(*sampled, [round(i * 999 / 4) for i in range(DDPM)], 1, alphas),
            "out.sample.ddim": sample(*sampled, [0, 250, 500, 750], 0, alphas),
        }
    out.update({"out.train.grad." + name: grads[name] for name in kept})
    return out, {name: g.norm().item() for name, g in grads.items()}


def main():
    torch.set_num_threads(1)
    g = torch.Generator().manual_seed(5)
    net = Net()
    net(torch.zeros(1, *SHAPE), torch.zeros(1).long(), torch.zeros(1).long())
    params = {}
    for name, shape in net.shapes.items():
        if ".norm" in name:
            params[name] = float(name.endswith("weight")) + 0.1 * torch.randn(*shape, generator=g)
        else:
            fan = math.prod(shape[1:]) if len(shape) > 1 else 100
            params[name] = torch.randn(*shape, generator=g) / math.sqrt(fan)
    given = inputs(g)
    single, norms = outputs(params, given, torch.float32)
    double, _ = outputs(params, given, torch.float64)
    tensors = {k: {"shape": list(v.shape), "dtype": "I64" if v.dtype == torch.int64 else "F32"} for k, v in given.items()}
    for name, value in single.items():
        difference = (value.double() - double[name]).abs().max().item()
        tensors[name] = {
            "shape": list(value.shape),
            "dtype": "F32",
            "absmax": float(f"{value.abs().max().item():.4g}"),
            # rounded up to 2 digits, as a bound
            "fp32_error": float(f"{1.05 * difference:.1e}"),
        }
    document = {
        "arch": "unet",
        "tag": "small",
        "what": "Winnow's U-Net in plain PyTorch: forward, guidance, loss and gradients, sampling",
        "torch": torch.__version__,
        "threads": 1,
        "config": {
            "input_size": SIZE,
            "in_channels": CHANNELS,
            "num_classes": CLASSES,
            "patch": PATCH,
            "channels": WIDTH,
            "channelMultipliers": [1, 2],
            "resBlocksPerLevel": 1,
            "attentionResolutions": [4],
            "heads": HEADS,
            "groups": GROUPS,
            "dropout": 0.0,
            "cfg_scale": GUIDANCE,
            "class_dropout_prob": DROPOUT,
        },
        "files": ["unet-small.safetensors"],
        "tensors": tensors,
        "grad_norms": {k: float(f"{v:.7g}") for k, v in norms.items()},
        "scalars": {
            "ddpm_timestep_map": [round(i * 999 / 4) for i in range(DDPM)],
            "ddim_timestep_map": [0, 250, 500, 750],
        },
    }
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../resources/golden")
    everything = {"w." + k: v for k, v in params.items()} | given | single
    save_file({k: v.contiguous().clone() for k, v in everything.items()}, f"{here}/unet-small.safetensors")
    with open(f"{here}/unet-small.json", "w", encoding="utf-8") as f:
        json.dump(document, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main()
