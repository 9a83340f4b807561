"""Writes ../resources/golden/autoencoder-small.json and .safetensors: what PyTorch's own functions
make of a small AutoencoderKL, in the format that `winnow bench parity` reads: weights, inputs,
outputs, and for each output its distance from the same computation in float64. Unlike Stable
Diffusion's it has images that are not square, levels that narrow, and no 1x1 convolution before the
decoder.

Usage: python autoencoder_parity.py   (torch, safetensors; one thread, on the processor)
"""

import json
import math
import os

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

CONFIG = {
    "in_channels": 3,
    "out_channels": 3,
    "down_block_types": ["DownEncoderBlock2D"] * 3,
    "up_block_types": ["UpDecoderBlock2D"] * 3,
    "block_out_channels": [8, 16, 12],
    "layers_per_block": 1,
    "act_fn": "silu",
    "latent_channels": 2,
    "norm_num_groups": 4,
    "scaling_factor": 0.3,
    "use_post_quant_conv": False,
}
IMAGE = (3, 16, 24)


class Autoencoder:
    """Functions of parameters by their names; a name that is new gets a drawn parameter."""

    def __init__(self, config, params, g=None):
        self.c, self.p, self.g = config, params, g

    def get(self, name, *shape):
        if name not in self.p:
            noise = torch.randn(*shape, generator=self.g)
            fan = math.prod(shape[1:])
            norm = "norm" in name and name.endswith("weight")
            self.p[name] = noise / math.sqrt(fan) if len(shape) > 1 else norm + 0.1 * noise
        return self.p[name]

    def conv(self, name, x, out, size=3, stride=1, padding=None):
        weight = self.get(name + ".weight", out, x.shape[1], size, size)
        padding = size // 2 if padding is None else padding
        return F.conv2d(x, weight, self.get(name + ".bias", out), stride, padding)

    def norm(self, name, x):
        n = x.shape[1]
        weight, bias = self.get(name + ".weight", n), self.get(name + ".bias", n)
        return F.group_norm(x, self.c["norm_num_groups"], weight, bias, 1e-6)

    def residual(self, name, x, out):
        h = self.conv(name + ".conv1", F.silu(self.norm(name + ".norm1", x)), out)
        h = self.conv(name + ".conv2", F.silu(self.norm(name + ".norm2", h)), out)
        return h + (x if x.shape[1] == out else self.conv(name + ".conv_shortcut", x, out, 1))

    def linear(self, name, x):
        n = x.shape[-1]
        return F.linear(x, self.get(name + ".weight", n, n), self.get(name + ".bias", n))

    def attention(self, name, x):
        h = self.norm(name + ".group_norm", x).flatten(2).transpose(1, 2)
        q, k, v = (self.linear(f"{name}.to_{part}", h) for part in "qkv")
        weights = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(x.shape[1]), -1)
        h = self.linear(name + ".to_out.0", weights @ v)
        return x + h.transpose(1, 2).reshape(x.shape)

    def middle(self, name, x):
        x = self.residual(name + ".resnets.0", x, x.shape[1])
        return self.residual(name + ".resnets.1", self.attention(name + ".attentions.0", x), x.shape[1])

    def encode(self, x, kept):
        widths = self.c["block_out_channels"]
        kept["encoder.conv_in"] = x = self.conv("encoder.conv_in", x, widths[0])
        for i, width in enumerate(widths):
            name = f"encoder.down_blocks.{i}"
            for j in range(self.c["layers_per_block"]):
                x = self.residual(f"{name}.resnets.{j}", x, width)
            if i < len(widths) - 1:
                x = self.conv(f"{name}.downsamplers.0.conv", F.pad(x, (0, 1, 0, 1)), width, 3, 2, 0)
            kept[name] = x
        kept["encoder.mid_block"] = x = self.middle("encoder.mid_block", x)
        n = 2 * self.c["latent_channels"]
        x = self.conv("encoder.conv_out", F.silu(self.norm("encoder.conv_norm_out", x)), n)
        kept["encoder.conv_out"] = x
        return self.conv("quant_conv", x, n, 1)

    def decode(self, z, kept):
        widths = self.c["block_out_channels"][::-1]
        if self.c.get("use_post_quant_conv", True):
            z = self.conv("post_quant_conv", z, self.c["latent_channels"], 1)
        kept["decoder.conv_in"] = x = self.conv("decoder.conv_in", z, widths[0])
        kept["decoder.mid_block"] = x = self.middle("decoder.mid_block", x)
        for i, width in enumerate(widths):
            name = f"decoder.up_blocks.{i}"
            for j in range(self.c["layers_per_block"] + 1):
                x = self.residual(f"{name}.resnets.{j}", x, width)
            if i < len(widths) - 1:
                x = F.interpolate(x, scale_factor=2.0, mode="nearest")
                x = self.conv(f"{name}.upsamplers.0.conv", x, width)
            kept[name] = x
        x = F.silu(self.norm("decoder.conv_norm_out", x))
        return self.conv("decoder.conv_out", x, self.c["out_channels"])


def outputs(config, params, given, dtype):
    net = Autoencoder(config, {k: v.to(dtype) for k, v in params.items()})
    given = {k: v.to(dtype) for k, v in given.items()}
    kept = {}
    moments = net.encode(given["in.image"], kept)
    mean, logvar = moments.chunk(2, 1)
    logvar = logvar.clamp(-30, 20)
    sample = mean + (0.5 * logvar).exp() * given["in.noise"]
    decoded = net.decode(given["in.z"], kept)
    return {
        "out.moments": moments,
        "out.mean": mean,
        "out.logvar": logvar,
        "out.std": (0.5 * logvar).exp(),
        "out.sample": sample,
        "out.scaled": sample * config["scaling_factor"],
        "out.kl": 0.5 * (mean.square() + logvar.exp() - 1 - logvar).sum((1, 2, 3)),
        "out.decode": decoded,
        "out.reconstruction": net.decode(mean, {}),
    } | {"out.blocks." + name: value for name, value in kept.items()}


def main():
    torch.set_num_threads(1)
    g = torch.Generator().manual_seed(7)
    factor = 2 ** (len(CONFIG["block_out_channels"]) - 1)
    latent = (2, CONFIG["latent_channels"], IMAGE[1] // factor, IMAGE[2] // factor)
    given = {
        "in.image": torch.rand(2, *IMAGE, generator=g) * 2 - 1,
        "in.noise": torch.randn(*latent, generator=g),
        "in.z": torch.randn(*latent, generator=g),
    }
    params = {}
    drawn = Autoencoder(CONFIG, params, g)
    drawn.decode(drawn.encode(given["in.image"], {})[:, : CONFIG["latent_channels"]], {})
    single = outputs(CONFIG, params, given, torch.float32)
    double = outputs(CONFIG, params, given, torch.float64)
    tensors = {k: {"shape": list(v.shape), "dtype": "F32"} for k, v in given.items()}
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
        "arch": "sdvae",
        "tag": "small",
        "what": "AutoencoderKL in plain PyTorch: encode, sample, decode",
        "torch": torch.__version__,
        "threads": 1,
        "config": CONFIG,
        "files": ["autoencoder-small.safetensors"],
        "tensors": tensors,
    }
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../resources/golden")
    everything = {"w." + k: v for k, v in params.items()} | given | single
    save_file({k: v.contiguous().clone() for k, v in everything.items()}, f"{here}/autoencoder-small.safetensors")
    with open(f"{here}/autoencoder-small.json", "w", encoding="utf-8") as f:
        json.dump(document, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main()
