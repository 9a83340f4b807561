"""Reads the exports that ExportedModelTest leaves, without Winnow, and compares them with PyTorch's own layers.

Usage, in libs/models after `mvn test -Dtest=ExportedModelTest`:
    python src/test/python/exported_model.py target/exported   (torch 2.7 or newer, safetensors)
"""

import json
import math
import os
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from unet_golden import B, CHANNELS, CLASSES, SIZE, T, Net, pseudo

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def seed_of(seed, name, *positions):
    """io.winnow.contracts.Seeds.of"""
    h = mix((seed + GAMMA) & MASK)
    for b in name.encode():
        h = mix(h ^ b)
    for p in positions:
        h = mix((h + GAMMA + p) & MASK)
    return h


def start_noise(seed, count):
    images = []
    for i in range(count):
        s = seed_of(seed_of(seed, "sample"), "sample.noise", i, -1)
        g = torch.Generator().manual_seed((s ^ (s >> 32)) & 0xFFFFFFFF)
        images.append(torch.randn(CHANNELS, SIZE, SIZE, generator=g))
    return torch.stack(images)


def ddim(net, signal, y, steps, guidance, seed):
    """Song et al., arXiv 2010.02502, eq. 12 with sigma = 0, on the clipped image, in float64."""
    x = start_noise(seed, len(y)).double()
    at = [(k + 1) * T // steps - 1 for k in range(steps)]
    for k in reversed(range(steps)):
        here, after = signal[at[k]], signal[at[k - 1]] if k else torch.tensor(1.0).double()
        t = torch.full_like(y, at[k])
        e = net(x.float(), t, y).double()
        if guidance != 1:
            free = net(x.float(), t, torch.full_like(y, CLASSES)).double()
            e = free + guidance * (e - free)
        x0 = ((x - (1 - here).sqrt() * e) / here.sqrt()).clamp(-1, 1)
        e = (x - here.sqrt() * x0) / (1 - here).sqrt()
        x = after.sqrt() * x0 + (1 - after).sqrt() * e
    return ((x + 1) * 127.5).clamp(0, 255)


def worst(what, a, b, most):
    difference = (a.double() - b.double()).abs().max().item()
    print(f"{what}: largest difference {difference:.3g} (at most {most})")
    assert difference <= most, what


def main(folder):
    here = os.path.dirname(os.path.abspath(__file__))
    model = torch.jit.load(os.path.join(folder, "model.pt"))
    tensors = os.path.join(folder, "model.safetensors")
    net = Net()
    net.p = load_file(tensors)
    with safe_open(tensors, "pt") as f:
        metadata = f.metadata()
    described = json.loads(model.describe())
    print(f"torch {torch.__version__}: classes {model.classes}, {model.flat.numel()} parameters")
    assert described == {key: json.loads(value) for key, value in metadata.items()}
    assert model.classes == described["classes"] and len(model.classes) == CLASSES
    assert (model.image_height, model.image_channels, model.timesteps) == (SIZE, CHANNELS, T)
    assert [n for n, _ in model.named_parameters()] == ["flat"] and not model.training
    signal = torch.cumprod(1 - torch.linspace(1e-4, 0.02, T, dtype=torch.float64), 0)
    worst("schedule", torch.tensor(model.signal, dtype=torch.float64), signal, 1e-12)

    # the first batch of unet_golden.py
    shape = (B, CHANNELS, SIZE, SIZE)
    x0 = (2 * pseudo(1000, math.prod(shape)) - 1).float().reshape(shape)
    noise = (math.sqrt(12) * (pseudo(2000, math.prod(shape)) - 0.5)).float().reshape(shape)
    t = torch.floor(pseudo(3000, B) * T).long()
    y = torch.floor(pseudo(4000, B) * (CLASSES + 1)).long()
    a = signal[t][:, None, None, None]
    xt = a.sqrt().float() * x0 + (1 - a).sqrt().float() * noise
    golden = load_file(os.path.join(here, "../resources/golden/unet.safetensors"))["epsilon"]
    worst("forward against the golden file", model(xt, t, y), golden, 1e-5)
    worst("forward against PyTorch's layers", model(xt, t, y), net(xt, t, y), 1e-5)

    y = torch.tensor([0, 1, 2, 3, 2])
    for steps, guidance, seed in [(7, 1.0, 0), (20, 2.5, 11), (3, 1.0, -(1 << 63))]:
        images = model.sample(y, steps, guidance, seed)
        assert images.dtype == torch.uint8 and images.shape == (5, CHANNELS, SIZE, SIZE)
        assert torch.equal(images, model.sample(y, steps, guidance, seed))
        expected = ddim(net, signal, y, steps, guidance, seed)
        # half a level is the rounding to uint8
        worst(f"sample in {steps} steps, guidance {guidance}", images, expected, 0.6)
    assert torch.equal(model.sample(y), model.sample(y, steps=50, guidance=1.0, seed=0))
    try:
        model.sample(y, 1001)
    except torch.jit.Error as e:
        print("sample in 1001 steps:", str(e).strip().splitlines()[-1])
    else:
        raise AssertionError("1001 steps were taken")
    print("all well")


with torch.no_grad():
    main(sys.argv[1])
