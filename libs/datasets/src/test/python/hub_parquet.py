"""Writes Parquet files as Hugging Face's `datasets` does: pyarrow's writer, an image struct of bytes and path, an int64
label, and the features as JSON in the key "huggingface".

    python src/test/python/hub_parquet.py src/test/resources/parquet     # pyarrow 25, Pillow 12

Row i of a file is a grey 6×6 PNG whose pixel j is start + i + j, of class i mod 2.
"""
import io
import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

FEATURES = {
    "image": {"_type": "Image"},
    "label": {"names": ["cat", "dog"], "_type": "ClassLabel"},
}


def png(start):
    out = io.BytesIO()
    Image.fromarray((start + np.arange(36)).astype(np.uint8).reshape(6, 6)).save(out, "PNG")
    return out.getvalue()


def hub(features):
    return {"huggingface": json.dumps({"info": {"features": features}})}


def table(rows, start, column="image", labels=None, metadata=True, names=("cat", "dog")):
    images = [{"bytes": png(start + i), "path": f"{i}.png"} for i in range(rows)]
    labels = labels if labels is not None else [i % 2 for i in range(rows)]
    kind = pa.int64() if isinstance(labels[0], int) else pa.string()
    schema = pa.schema(
        [(column, pa.struct([("bytes", pa.binary()), ("path", pa.string())])), ("note", pa.list_(pa.int32())), ("label", kind)]
    )
    if metadata:
        schema = schema.with_metadata(hub({**FEATURES, "label": {"names": list(names), "_type": "ClassLabel"}}))
    return pa.table([images, [[i, i] for i in range(rows)], labels], schema=schema)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table(5, 0), folder / "snappy.parquet", row_group_size=2)
    pq.write_table(table(4, 50), folder / "zstd.parquet", compression="zstd", data_page_version="2.0")
    pq.write_table(table(4, 90, "img", metadata=False), folder / "plain.parquet", compression="none", use_dictionary=False)
    pq.write_table(table(4, 0, labels=["dog", "cat", "dog", "cat"], metadata=False), folder / "named.parquet")
    pq.write_table(table(4, 0, labels=[0, 1, -1, 0]), folder / "hidden.parquet")
    pq.write_table(table(4, 0), folder / "gzip.parquet", compression="gzip")
    delta = {"label": "DELTA_BINARY_PACKED"}
    pq.write_table(table(4, 0), folder / "delta.parquet", use_dictionary=False, column_encoding=delta)
    pq.write_table(pa.table({"text": ["a"], "label": [1]}), folder / "text.parquet")
    paths = table(4, 0).set_column(
        0, "image", pa.array([{"bytes": None, "path": "a.png"}] * 4, pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
    )
    pq.write_table(paths, folder / "paths.parquet")
    # files that number their classes differently, and one with a class more
    pq.write_table(table(4, 50, names=("dog", "cat")), folder / "swapped.parquet")
    pq.write_table(table(6, 150, labels=[0, 1, 2, 0, 1, 2], names=("eel", "dog", "cat")), folder / "three.parquet")
    pq.write_table(table(4, 50, names=("dog", "dog")), folder / "twice.parquet")
    pq.write_table(table(4, 50, metadata=False), folder / "unnamed.parquet")
    pq.write_table(table(4, 50, labels=[-1] * 4), folder / "unpublished.parquet")
    # the Hub's CIFAR-100 has two columns of labels; here images are plain bytes
    two = {c: {"names": n, "_type": "ClassLabel"} for c, n in (("fine", ["ant", "bee", "cat"]), ("coarse", ["insect", "pet"]))}
    schema = pa.schema([("picture", pa.binary()), ("fine", pa.int64()), ("coarse", pa.int64()), ("id", pa.int32())])
    rows = [[png(i) for i in range(6)], [i % 3 for i in range(6)], [i % 3 // 2 for i in range(6)], list(range(6))]
    pq.write_table(pa.table(rows, schema=schema.with_metadata(hub(two))), folder / "columns.parquet", compression="gzip")


main(Path(sys.argv[1]))
