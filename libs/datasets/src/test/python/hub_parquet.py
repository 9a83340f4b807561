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


def table(rows, start, column="image", labels=None, metadata=True):
    images = [{"bytes": png(start + i), "path": f"{i}.png"} for i in range(rows)]
    labels = labels if labels is not None else [i % 2 for i in range(rows)]
    kind = pa.int64() if isinstance(labels[0], int) else pa.string()
    schema = pa.schema(
        [(column, pa.struct([("bytes", pa.binary()), ("path", pa.string())])), ("note", pa.list_(pa.int32())), ("label", kind)]
    )
    if metadata:
        schema = schema.with_metadata({"huggingface": json.dumps({"info": {"features": FEATURES}})})
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


main(Path(sys.argv[1]))
