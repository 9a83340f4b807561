"""Writes src/test/resources/jpeg: kinds of JPEG, and the pixels that libjpeg-turbo (Pillow) reads from them.

Run with Pillow and NumPy from the module's folder: python src/test/python/jpeg_kinds.py
Each NAME.jpg has a NAME.rgb: 19 by 19 pixels of R, G and B. Written with Pillow 12.3.0.
"""
import io
import os
import struct

import numpy as np
from PIL import Image

OUT = "src/test/resources/jpeg/"
SIDE = 19
y, x = np.mgrid[0:SIDE, 0:SIDE]
colour = Image.fromarray(
    np.stack([128 + 100 * np.sin(x / 5 + c) * np.cos(y / 7) for c in range(3)], -1).astype(np.uint8)
)
grey = colour.convert("L")


def jpeg(image=colour, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **{"quality": 90, **options})
    return out.getvalue()


def put(name, content):
    with open(f"{OUT}{name}.jpg", "wb") as f:
        f.write(content)
    with open(f"{OUT}{name}.rgb", "wb") as f:
        f.write(np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).tobytes())


def split(content):
    """Segments up to that of the first scan, and the rest."""
    at, segments = 2, []
    while True:
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        segments.append((marker, content[at + 4 : at + 2 + length]))
        at += 2 + length
        if marker == 0xDA:
            return segments, content[at:]


def join(segments, rest, before_tables=b""):
    made = b"\xff\xd8"
    for marker, body in segments:
        if marker == 0xDB:
            made, before_tables = made + before_tables, b""
        made += bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
    return made + rest


def with_ids(ids, segments):
    made = []
    for marker, body in segments:
        body = bytearray(body)
        for i in range(3):
            if marker == 0xC0:
                body[6 + 3 * i] = ids[i]
            if marker == 0xDA:
                body[1 + 2 * i] = ids[i]
        made.append((marker, bytes(body)))
    return made


def wide(segments, factor):
    """The tables in 16 bits, their entries multiplied."""
    made = []
    for marker, body in segments:
        if marker == 0xDB:
            tables = [body[i : i + 65] for i in range(0, len(body), 65)]
            body = b"".join(
                bytes([t[0] | 0x10]) + b"".join(struct.pack(">H", q * factor) for q in t[1:]) for t in tables
            )
        made.append((0xC1 if marker == 0xC0 else marker, body))
    return made


def adobe(transform):
    return 0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([transform])


os.makedirs(OUT, exist_ok=True)
put("444", jpeg(subsampling=0))
put("422", jpeg(subsampling=1))
put("420", jpeg(subsampling=2))
put("progressive", jpeg(progressive=True))
put("restarts", jpeg(restart_marker_blocks=2))
put("rgb", jpeg(keep_rgb=True))
put("grey", jpeg(grey))
put("grey-progressive", jpeg(grey, progressive=True))
put("coarse", jpeg(quality=1))
jfif, rest = split(jpeg())
plain = jfif[1:]
assert jfif[0][0] == 0xE0 and join(jfif, rest) == jpeg()
put("no-jfif", join(plain, rest))
for name, ids in {"012": (0, 1, 2), "YCc": b"YCc", "RGB": b"RGB", "rgb": b"rgb", "odd": (1, 34, 35)}.items():
    put(f"ids-{name}", join(with_ids(ids, plain), rest))
    put(f"ids-{name}-jfif", join(with_ids(ids, jfif), rest))
for transform in range(4):
    put(f"adobe-{transform}", join([adobe(transform)] + plain, rest))
    put(f"adobe-{transform}-jfif", join(jfif[:1] + [adobe(transform)] + plain, rest))
    put(f"adobe-{transform}-ids-RGB", join([adobe(transform)] + with_ids(b"RGB", plain), rest))
put("wide", join(wide(jfif, 12), rest))
put("wide-bytes-before", join(wide(jfif, 12), rest, b"\0\1\2"))
put("wide-fill", join(wide(jfif, 12), rest, b"\xff\xff\xff"))
put("wide-adobe-0", join([adobe(0)] + wide(plain, 12), rest))
put("wide-grey", join(wide(split(jpeg(grey))[0], 12), split(jpeg(grey))[1]))
put("bytes-before", join(jfif, rest, b"\0\1\2"))
put("bytes-after", jpeg() + b"trailer")
put("bad-profile", join(jfif[:1] + [(0xE2, b"ICC_PROFILE\0\1\2" + b"x" * 200)] + plain, rest))

inks, inks_rest = split(jpeg(Image.merge("CMYK", colour.split() + (grey.transpose(Image.Transpose.ROTATE_90),))))
without_adobe = [s for s in inks if s[0] != 0xEE]
assert len(without_adobe) == len(inks) - 1
put("cmyk", join(inks, inks_rest))
put("cmyk-no-adobe", join(without_adobe, inks_rest))
for transform in range(1, 4):
    put(f"ycck-{transform}", join([adobe(transform)] + without_adobe, inks_rest))
