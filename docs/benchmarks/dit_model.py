"""The diffusion transformer DiT (arXiv 2212.09748) and its hybrid loss in plain PyTorch: what `train_step.py --model
dit-s/2` trains, the peer of Winnow's model type `dit`."""

import math

PRESETS = {  # width, depth, heads; the patch is 2
    "dit-s/2": (384, 12, 6),
    "dit-b/2": (768, 12, 12),
    "dit-l/2": (1024, 24, 16),
    "dit-xl/2": (1152, 28, 16),
}
PATCH, FREQUENCIES = 2, 256


def positions(rows, width):
    import torch

    omega = 10_000 ** -(torch.arange(width // 4, dtype=torch.float64) / (width // 4))
    angle = torch.arange(rows, dtype=torch.float64)[:, None] * omega
    axis = torch.cat([angle.sin(), angle.cos()], 1)
    column = axis[None].expand(rows, -1, -1)
    row = axis[:, None].expand(-1, rows, -1)
    return torch.cat([column, row], 2).reshape(1, rows * rows, width).float()


def build(preset, size, channels, classes):
    import torch
    from torch import nn
    from torch.nn import functional as F

    width, depth, heads = PRESETS[preset]
    side = size // PATCH

    def modulated(x, shift, scale):
        return F.layer_norm(x, [width], eps=1e-6) * (1 + scale[:, None]) + shift[:, None]

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.modulation = nn.Linear(width, 6 * width)
            self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
            nn.init.zeros_(self.modulation.weight)
            nn.init.zeros_(self.modulation.bias)

        def forward(self, x, c):
            m = self.modulation(F.silu(c)).chunk(6, 1)
            b, n, _ = x.shape
            q, k, v = self.qkv(modulated(x, m[0], m[1])).reshape(b, n, 3, heads, -1).permute(2, 0, 3, 1, 4)
            mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, n, width)
            x = x + m[2][:, None] * self.proj(mixed)
            h = F.gelu(self.fc1(modulated(x, m[3], m[4])), approximate="tanh")
            return x + m[5][:, None] * self.fc2(h)

    class Dit(nn.Module):
        def __init__(self):
            super().__init__()
            self.patches = nn.Conv2d(channels, width, PATCH, stride=PATCH)
            self.register_buffer("positions", positions(side, width))
            self.time = nn.Sequential(nn.Linear(FREQUENCIES, width), nn.SiLU(), nn.Linear(width, width))
            self.label = nn.Embedding(classes + 1, width)
            self.blocks = nn.ModuleList(Block() for _ in range(depth))
            self.modulation = nn.Linear(width, 2 * width)
            self.leave = nn.Linear(width, PATCH**2 * 2 * channels)
            for layer in (self.modulation, self.leave):
                nn.init.zeros_(layer.weight)
                nn.init.zeros_(layer.bias)

        def forward(self, x, t, y):
            half = FREQUENCIES // 2
            frequency = torch.exp(-math.log(10_000) * torch.arange(half, device=x.device) / half)
            angle = t[:, None].float() * frequency
            c = self.time(torch.cat([angle.cos(), angle.sin()], 1)) + self.label(y)
            h = self.patches(x).flatten(2).transpose(1, 2) + self.positions
            for block in self.blocks:
                h = block(h, c)
            shift, scale = self.modulation(F.silu(c)).chunk(2, 1)
            h = self.leave(modulated(h, shift, scale))
            h = h.reshape(len(x), side, side, PATCH, PATCH, 2 * channels)
            return h.permute(0, 5, 1, 3, 2, 4).reshape(len(x), 2 * channels, size, size)

    return Dit()


class HybridLoss:
    """The squared error of the noise and the variational bound (arXiv 2102.09672, eq. 16), in bits per dimension."""

    def __init__(self, beta):
        import torch

        alphas = torch.cumprod(1 - beta, 0)
        before = torch.cat([torch.ones_like(alphas[:1]), alphas[:-1]])
        posterior = beta * (1 - before) / (1 - alphas)
        posterior[0] = posterior[1]
        self.low, self.high = posterior.log().float(), beta.log().float()
        self.of_x0 = (beta * before.sqrt() / (1 - alphas)).float()
        self.of_xt = ((1 - before) * (1 - beta).sqrt() / (1 - alphas)).float()
        self.root, self.rest = (1 / alphas).sqrt().float(), (1 / alphas - 1).sqrt().float()

    def __call__(self, output, noise, x0, xt, t):
        import torch

        def at(row):
            return row[t][:, None, None, None]

        def cdf(x):
            return 0.5 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))

        e, v = output.chunk(2, 1)
        squared = (e - noise).square().mean((1, 2, 3))
        f = (v + 1) / 2
        log_variance = f * at(self.high) + (1 - f) * at(self.low)
        guess = at(self.root) * xt - at(self.rest) * e.detach()
        mean = at(self.of_x0) * guess + at(self.of_xt) * xt
        true = at(self.of_x0) * x0 + at(self.of_xt) * xt
        low = at(self.low)
        divergence = 0.5 * (
            -1 + log_variance - low + (low - log_variance).exp() + (true - mean).square() * (-log_variance).exp()
        )
        inverse = (-0.5 * log_variance).exp()
        above, below = cdf(inverse * (x0 - mean + 1 / 255)), cdf(inverse * (x0 - mean - 1 / 255))
        inner = torch.where(x0 > 0.999, 1 - below, above - below)
        likelihood = torch.where(x0 < -0.999, above, inner).clamp(min=1e-12).log()
        bound = torch.where((t == 0)[:, None, None, None], -likelihood, divergence)
        return squared + bound.mean((1, 2, 3)) / math.log(2)
