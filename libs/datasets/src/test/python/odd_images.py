"""Writes src/test/resources/images: kinds of PNG and JPEG that ImageIO itself cannot write.

Run with Pillow from the module's folder: python src/test/python/odd_images.py
"""
from PIL import Image

OUT = "src/test/resources/images/"
SIDE = 8
ramp = bytes(range(0, 4 * SIDE * SIDE, 4))

grey = Image.frombytes("L", (SIDE, SIDE), ramp)
rgb = Image.merge("RGB", (grey, grey.rotate(90), grey.rotate(180)))
grey.save(OUT + "grey.jpg", quality=95)
rgb.save(OUT + "progressive.jpg", quality=95, progressive=True)
Image.merge("LA", (grey, grey)).save(OUT + "grey-alpha.png")
rgb.save(OUT + "transparent-colour.png", transparency=(0, 0, 0))
rgb.quantize(16).save(OUT + "transparent-palette.png", transparency=3)
rgb.quantize(16).save(OUT + "palette.png")
Image.frombytes("I;16", (SIDE, SIDE), bytes(2 * SIDE * SIDE)).save(OUT + "deep.png")
