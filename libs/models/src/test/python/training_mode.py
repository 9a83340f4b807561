"""Writes ../resources/golden/training-mode.{pt,safetensors}: a scripted network that was saved in training mode, images,
and its features in evaluation mode.

Usage: python training_mode.py FOLDER   (torch, numpy, safetensors)
"""

import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm, self.drop = nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Dropout(0.5)

    def forward(self, x):
        return self.drop(self.norm(self.conv(x)).relu().mean([2, 3]))

torch.manual_seed(1)
net = Net()
images = np.random.default_rng(0).integers(0, 256, (5, 1, 8, 8), dtype=np.uint8)
x = torch.tensor(images).float() / 255
net.train()(x)
net.train()
folder = sys.argv[1]
torch.jit.script(net).save(f"{folder}/training-mode.pt")
with torch.no_grad():
    features = net.eval()(x).numpy()
save_file({"images": images, "features": features}, f"{folder}/training-mode.safetensors")
