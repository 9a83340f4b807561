"""The training step of Winnow's U-Net or DiT in plain PyTorch: the peer of `./winnow bench train`.

One step does what the kernel does: draws t and noise, mixes, predicts, takes the weighted mean of the samples'
losses, its gradient, clips it, updates by fused AdamW, and moves the running mean of the weights. PyTorch eager, bf16
by autocast. Prints one line of JSON.

    python train_step.py --model ddpm-small --batch 32                       # this peer alone
    python train_step.py --model ddpm-small --batch 32 --against ../../winnow --rounds 5   # both in turn
"""

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
import time

import dit_model

PRESETS = {  # patch, channels, multipliers, blocks, groups, dropout
    "ddpm-cifar10": (1, 128, (1, 2, 2, 2), 2, 32, 0.1),
    "ddpm-small": (1, 64, (1, 2, 2), 1, 32, 0.1),
    "ddpm-tiny": (2, 32, (1, 2), 1, 8, 0.0),
}
CLASSES, TIMESTEPS = 10, 1000


def build(preset, size, image_channels):
    import torch
    from torch import nn
    from torch.nn import functional as F

    if preset in dit_model.PRESETS:
        return dit_model.build(preset, size, image_channels, CLASSES)
    patch, width, multipliers, blocks, groups, dropout = PRESETS[preset]
    attention_at = size // patch // 2
    condition_width = 4 * width

    class Attention(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.norm = nn.GroupNorm(groups, channels)
            self.qkv = nn.Conv2d(channels, 3 * channels, 1)
            self.out = nn.Conv2d(channels, channels, 1)

        def forward(self, x):
            b, c, h, w = x.shape
            q, k, v = self.qkv(self.norm(x)).reshape(b, 3, 1, c, h * w).transpose(3, 4).unbind(1)
            mixed = F.scaled_dot_product_attention(q, k, v)
            return x + self.out(mixed.transpose(2, 3).reshape(b, c, h, w))

    class Residual(nn.Module):
        def __init__(self, channels, out, resolution):
            super().__init__()
            self.norm1 = nn.GroupNorm(groups, channels)
            self.conv1 = nn.Conv2d(channels, out, 3, padding=1)
            self.condition = nn.Linear(condition_width, out)
            self.norm2 = nn.GroupNorm(groups, out)
            self.drop = nn.Dropout(dropout)
            self.conv2 = nn.Conv2d(out, out, 3, padding=1)
            self.shortcut = nn.Identity() if channels == out else nn.Conv2d(channels, out, 1)
            self.attention = Attention(out) if resolution == attention_at else nn.Identity()

        def forward(self, x, condition):
            h = self.conv1(F.silu(self.norm1(x)))
            h = h + self.condition(condition)[:, :, None, None]
            h = self.conv2(self.drop(F.silu(self.norm2(h))))
            return self.attention(self.shortcut(x) + h)

    class Unet(nn.Module):
        def __init__(self):
            super().__init__()
            self.time = nn.Sequential(
                nn.Linear(width, condition_width), nn.SiLU(), nn.Linear(condition_width, condition_width)
            )
            self.label = nn.Embedding(CLASSES + 1, condition_width)
            self.enter = nn.Conv2d(image_channels * patch**2, width, 3, padding=1)
            self.down, self.up = nn.ModuleList(), nn.ModuleList()
            channels, skips, resolution = width, [width], size // patch
            for level, multiplier in enumerate(multipliers):
                for _ in range(blocks):
                    self.down.append(Residual(channels, width * multiplier, resolution))
                    channels = width * multiplier
                    skips.append(channels)
                if level < len(multipliers) - 1:
                    self.down.append(nn.Conv2d(channels, channels, 3, stride=2, padding=1))
                    skips.append(channels)
                    resolution //= 2
            self.middle = nn.ModuleList(
                [Residual(channels, channels, -1), Attention(channels), Residual(channels, channels, -1)]
            )
            for level in reversed(range(len(multipliers))):
                for _ in range(blocks + 1):
                    out = width * multipliers[level]
                    self.up.append(Residual(channels + skips.pop(), out, resolution))
                    channels = out
                if level > 0:
                    self.up.append(nn.Conv2d(channels, channels, 3, padding=1))
                    resolution *= 2
            self.norm = nn.GroupNorm(groups, channels)
            self.leave = nn.Conv2d(channels, image_channels * patch**2, 3, padding=1)

        def forward(self, x, t, y):
            half = width // 2
            frequency = torch.exp(torch.arange(half, device=x.device) * (-math.log(10_000) / half))
            angle = t[:, None].float() * frequency
            sinusoids = torch.cat([angle.sin(), angle.cos()], 1)
            condition = F.silu(self.time(sinusoids) + self.label(y))
            h = self.enter(F.pixel_unshuffle(x, patch) if patch > 1 else x)
            skips = [h]
            for layer in self.down:
                h = layer(h, condition) if isinstance(layer, Residual) else layer(h)
                skips.append(h)
            h = self.middle[2](self.middle[1](self.middle[0](h, condition)), condition)
            for layer in self.up:
                if isinstance(layer, Residual):
                    h = layer(torch.cat([h, skips.pop()], 1), condition)
                else:
                    h = layer(F.interpolate(h, scale_factor=2.0, mode="nearest"))
            h = self.leave(F.silu(self.norm(h)))
            return F.pixel_shuffle(h, patch) if patch > 1 else h

    return Unet()


def measure(options):
    import torch
    from torch.nn import functional as F

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = build(options.model, options.size, options.channels).train().to(options.device)
    if options.layout == "channels-last":
        model = model.to(memory_format=torch.channels_last)
    leaves = list(model.parameters())
    ema = [p.detach().clone() for p in leaves]
    optimiser = torch.optim.AdamW(leaves, lr=2e-4, weight_decay=0, fused=True)
    beta = torch.linspace(1e-4, 0.02, TIMESTEPS, dtype=torch.float64).to(options.device)
    signal = torch.cumprod(1 - beta, 0)
    hybrid = dit_model.HybridLoss(beta) if options.model in dit_model.PRESETS else None
    root, spread = signal.sqrt().float(), (1 - signal).sqrt().float()
    images = torch.randint(0, 256, (options.batch, options.channels, options.size, options.size), dtype=torch.uint8)
    labels = torch.arange(options.batch, device=options.device) % CLASSES
    weights = torch.ones(options.batch, device=options.device)

    def step():
        x0 = images.to(options.device).float() / 127.5 - 1
        b = x0.shape[0]
        part = torch.randperm(b) + torch.rand(b)
        t = (part * (TIMESTEPS / b)).long().clamp(0, TIMESTEPS - 1).to(options.device)
        noise = torch.randn(x0.shape).to(options.device)
        y = labels.masked_fill(torch.rand(b).to(options.device) < 0.1, CLASSES)
        xt = root[t][:, None, None, None] * x0 + spread[t][:, None, None, None] * noise
        if options.layout == "channels-last":
            xt = xt.contiguous(memory_format=torch.channels_last)
        with torch.autocast(options.device.split(":")[0], torch.bfloat16, enabled=options.precision == "bf16"):
            e = model(xt, t, y)
        if hybrid:
            losses = hybrid(e.float(), noise, x0, xt, t)
        else:
            losses = (e.float() - noise).square().mean((1, 2, 3))
        optimiser.zero_grad(set_to_none=True)
        (weights / weights.mean() * losses).mean().backward()
        torch.nn.utils.clip_grad_norm_(leaves, 1.0)
        optimiser.step()
        torch._foreach_lerp_(ema, [p.detach() for p in leaves], 1 - 0.9999)
        return losses.detach().cpu()

    for _ in range(options.warm_up):
        step()
    seconds = []
    for _ in range(options.steps):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    return {
        "engine": "PyTorch " + torch.__version__,
        "model": options.model,
        "parameters": sum(p.numel() for p in leaves),
        "batch": options.batch,
        "precision": options.precision,
        "layout": options.layout,
        "threads": options.threads,
        "secondsPerStep": median,
        "imagesPerSecond": options.batch / median,
        "peakRssMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def last_json(command):
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(out[out.index("{") :])


def alternate(options):
    shared = ["--model", options.model, "--batch", options.batch, "--precision", options.precision]
    shared += ["--threads", options.threads, "--steps", options.steps, "--warm-up", options.warm_up]
    shared += ["--size", options.size, "--channels", options.channels]
    shared = [str(s) for s in shared]
    sides = {
        "winnow": [options.against, "bench", "train", *shared],
        "pytorch": [sys.executable, __file__, *shared, "--layout", options.layout],
    }
    runs = {side: [] for side in sides}
    for round_ in range(options.rounds):
        for side in list(sides) if round_ % 2 == 0 else reversed(list(sides)):
            runs[side].append(last_json(sides[side]))
            print(f"round {round_}: {side} {runs[side][-1]['secondsPerStep']:.4f} s", file=sys.stderr)
    medians = {side: statistics.median(r["secondsPerStep"] for r in all_) for side, all_ in runs.items()}
    ratios = [w["secondsPerStep"] / p["secondsPerStep"] for w, p in zip(runs["winnow"], runs["pytorch"])]
    print(json.dumps({"ratio": medians["winnow"] / medians["pytorch"], "ratios": ratios, "medians": medians}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="ddpm-small", choices=[*PRESETS, *dit_model.PRESETS])
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--channels", type=int, default=3)
    parser.add_argument("--precision", default="float32", choices=["float32", "bf16"])
    parser.add_argument("--layout", default="contiguous", choices=["contiguous", "channels-last"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--against", help="Winnow's script: measure it and this peer in turn")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.against:
        alternate(options)
    else:
        print(json.dumps(measure(options)))


main()
