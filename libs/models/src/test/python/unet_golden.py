"""Writes ../resources/golden/unet.safetensors: what PyTorch's own layers make of a small U-Net.

Inputs and initial parameters are not stored but computed from `pseudo`, here and in the test.
Usage: python unet_golden.py   (torch, safetensors)
"""

import math
import os

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

SIZE, CHANNELS, CLASSES, PATCH, WIDTH, GROUPS, HEADS, B = 16, 3, 3, 2, 8, 4, 2, 4
T, MIN_SNR, CLIP, DECAY, RATE, EMA, STEPS = 1000, 5.0, 0.5, 0.01, 2e-3, 0.9, 10
KEPT = 100  # elements of each parameter


def pseudo(stream, count):
    j = torch.arange(count, dtype=torch.float64)
    x = torch.sin(stream * 78.233 + j * 12.9898) * 43758.5453
    return x - torch.floor(x)


class Net:
    """The same layers by the same names, with parameters made when first asked for."""

    def __init__(self):
        self.shapes = {}
        self.p = None

    def get(self, name, *shape):
        if self.p is None:
            self.shapes[name] = shape
            return torch.zeros(shape)
        return self.p[name]

    def conv(self, name, x, out, size, stride=1):
        w = self.get(name + ".weight", out, x.shape[1], size, size)
        return F.conv2d(x, w, self.get(name + ".bias", out), stride=stride, padding=size // 2)

    def linear(self, name, x, out):
        return F.linear(
            x, self.get(name + ".weight", out, x.shape[1]), self.get(name + ".bias", out)
        )

    def norm(self, name, x):
        c = x.shape[1]
        return F.group_norm(x, GROUPS, self.get(name + ".weight", c), self.get(name + ".bias", c))

    def attention(self, name, x):
        b, c, h, w = x.shape
        qkv = self.conv(name + ".qkv", self.norm(name + ".norm", x), 3 * c, 1)
        q, k, v = qkv.reshape(b, 3, HEADS, c // HEADS, h * w).transpose(3, 4).unbind(1)
        scores = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(c // HEADS), -1)
        out = (scores @ v).transpose(2, 3).reshape(b, c, h, w)
        return x + self.conv(name + ".out", out, c, 1)

    def residual(self, name, x, condition, out):
        h = self.conv(name + ".conv1", F.silu(self.norm(name + ".norm1", x)), out, 3)
        h = h + self.linear(name + ".condition", condition, out)[:, :, None, None]
        h = self.conv(name + ".conv2", F.silu(self.norm(name + ".norm2", h)), out, 3)
        return h + (x if x.shape[1] == out else self.conv(name + ".shortcut", x, out, 1))

    def __call__(self, x, t, y):
        f = torch.exp(-math.log(10000) * torch.arange(WIDTH // 2) / (WIDTH // 2))
        a = t[:, None].to(f.dtype) * f
        e = self.linear("time.linear1", torch.cat([a.sin(), a.cos()], 1), 4 * WIDTH)
        e = self.linear("time.linear2", F.silu(e), 4 * WIDTH)
        c = F.silu(e + self.get("class.weight", CLASSES + 1, 4 * WIDTH)[y])
        h0 = self.conv("in", F.pixel_unshuffle(x, PATCH), WIDTH, 3)
        h1 = self.residual("down.0.0", h0, c, WIDTH)
        h2 = self.conv("down.0.halve", h1, WIDTH, 3, 2)
        h3 = self.attention("down.1.0.attention", self.residual("down.1.0", h2, c, 2 * WIDTH))
        h = self.residual("middle.0", h3, c, 2 * WIDTH)
        h = self.residual("middle.1", self.attention("middle.attention", h), c, 2 * WIDTH)
        for i, skip in enumerate([h3, h2]):
            h = self.residual(f"up.1.{i}", torch.cat([h, skip], 1), c, 2 * WIDTH)
            h = self.attention(f"up.1.{i}.attention", h)
        h = self.conv("up.1.double", F.interpolate(h, scale_factor=2), 2 * WIDTH, 3)
        for i, skip in enumerate([h1, h0]):
            h = self.residual(f"up.0.{i}", torch.cat([h, skip], 1), c, WIDTH)
        h = F.silu(self.norm("out.norm", h))
        return F.pixel_shuffle(self.conv("out.conv", h, CHANNELS * PATCH**2, 3), PATCH)


def main():
    net = Net()
    shape = (B, CHANNELS, SIZE, SIZE)
    net(torch.zeros(shape), torch.zeros(B, dtype=torch.int64), torch.zeros(B, dtype=torch.int64))
    params = {}
    for k, name in enumerate(sorted(net.shapes)):
        s = net.shapes[name]
        value = 0.4 * (pseudo(k + 1, math.prod(s)) - 0.5)
        if ".norm" in name and name.endswith("weight"):
            value = value + 1
        params[name] = value.float().reshape(s).requires_grad_(True)
    net.p = params
    leaves = list(params.values())
    ema = [p.detach().clone() for p in leaves]
    adam = torch.optim.AdamW(leaves, lr=RATE, weight_decay=DECAY, eps=1e-8)
    beta = torch.linspace(1e-4, 0.02, T, dtype=torch.float64)
    signal = torch.cumprod(1 - beta, 0)
    w = torch.tensor([0.5, 1.0, 2.0, 0.25])
    out = {}
    for step in range(STEPS):
        x0 = (2 * pseudo(1000 + step, math.prod(shape)) - 1).float().reshape(shape)
        noise = math.sqrt(12) * (pseudo(2000 + step, math.prod(shape)) - 0.5)
        noise = noise.float().reshape(shape)
        t = torch.floor(pseudo(3000 + step, B) * T).long()
        y = torch.floor(pseudo(4000 + step, B) * (CLASSES + 1)).long()
        a = signal[t][:, None, None, None]
        xt = a.sqrt().float() * x0 + (1 - a).sqrt().float() * noise
        e = net(xt, t, y)
        losses = (e - noise).square().mean((1, 2, 3))
        snr = signal[t] / (1 - signal[t])
        share = w / w.mean() * (snr.clamp(max=MIN_SNR) / snr).float()
        grads = torch.autograd.grad((share * losses).mean(), leaves)
        if step == 0:
            out["epsilon"] = e.detach()
            for name, g in zip(params, grads):
                out["gradient/" + name] = g.flatten()[:KEPT].clone()
        out[f"losses/{step}"] = losses.detach()
        for p, g in zip(leaves, grads):
            p.grad = g
        out[f"norm/{step}"] = torch.nn.utils.clip_grad_norm_(leaves, CLIP).reshape(1)
        adam.step()
        decay = min(EMA, (1 + step) / (10 + step))
        for m, p in zip(ema, leaves):
            m.lerp_(p.detach(), 1 - decay)
    for name, p, m in zip(params, leaves, ema):
        out["weights/" + name] = p.detach().flatten()[:KEPT].clone()
        out["ema/" + name] = m.flatten()[:KEPT].clone()
    here = os.path.dirname(os.path.abspath(__file__))
    save_file(out, os.path.join(here, "../resources/golden/unet.safetensors"))


if __name__ == "__main__":
    main()
