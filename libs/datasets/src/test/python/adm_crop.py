"""Writes src/test/resources/adm/NAME.bin: what guided-diffusion's centre crop makes of images, by Pillow.

Run with Pillow and NumPy from the module's folder: python src/test/python/adm_crop.py
Each file holds size*size bytes. The image of width w and height h has the pixel
(37x + 91y + x*y*(x + 3y) mod 251) mod 256 at column x of row y. Written with Pillow 12.3.0.
"""
import os

import numpy as np
from PIL import Image

OUT = "src/test/resources/adm/"
SIZES = [(64, 50, 16), (33, 70, 16), (15, 9, 16), (40, 24, 8), (131, 97, 24), (16, 16, 8), (31, 31, 16), (25, 90, 10)]


def image(w, h):
    x, y = np.meshgrid(np.arange(w), np.arange(h))
    return Image.fromarray(((37 * x + 91 * y + x * y * (x + 3 * y) % 251) % 256).astype(np.uint8))


def crop(picture, size):
    """Halve by a box filter, bring the shorter side to the size by a cubic filter, keep the middle."""
    while min(picture.size) >= 2 * size:
        picture = picture.resize((picture.width // 2, picture.height // 2), Image.BOX)
    scale = size / min(picture.size)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.BICUBIC)
    left, top = (picture.width - size) // 2, (picture.height - size) // 2
    return np.asarray(picture)[top : top + size, left : left + size]


os.makedirs(OUT, exist_ok=True)
for w, h, size in SIZES:
    with open(f"{OUT}{w}x{h}-{size}.bin", "wb") as f:
        f.write(crop(image(w, h), size).tobytes())
