"""Writes src/test/resources/surrogate-16.pt: a TorchScript surrogate that takes 16x16 images only.

Run with PyTorch from the module's folder: python src/test/python/surrogate.py
"""
import torch


class Surrogate(torch.nn.Module):
    """Input N x 1 x 16 x 16; forward gives N x 8 features."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 4, 3, stride=4, padding=1)
        self.head = torch.nn.Linear(4 * 4 * 4, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(torch.relu(self.conv(x)).flatten(1))


torch.manual_seed(0)
torch.jit.script(Surrogate().eval()).save("src/test/resources/surrogate-16.pt")
