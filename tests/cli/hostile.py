"""Data that is hard to love: files with every kind of trouble a folder can bring."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["hostile_folder"]

BAD_NAMES = [
    '"; drop table x; --',
    "<script>alert(1)</script>",
    "select",
    "naïve ☕",
    "a.b",
    "it's",
    "{x}",
    "a\\b",
    "  pad  ",
    "%s",
    "🦆",
]


def hostile_folder(folder: Path) -> Path:
    """Parquet, CSV and JSON files with odd names, cyclic references, nulls everywhere, odd numbers, zones and nesting."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 40
    numbers = list(range(1, count + 1))
    _parquet(
        folder / "odd names.parquet",
        {"id": numbers} | {name: [f"{name} {each % 3}" for each in numbers] for name in BAD_NAMES},
    )
    _parquet(folder / "<b>'table'.parquet", {"id": numbers, "select": [each % 5 for each in numbers]})
    _parquet(folder / "chicken.parquet", {"chicken_id": numbers, "egg_id": [each + 500 for each in numbers]})
    _parquet(folder / "egg.parquet", {"egg_id": [each + 500 for each in numbers], "chicken_id": numbers[::-1]})
    _parquet(folder / "nothing.parquet", {"id": pa.nulls(count, pa.int64()), "b": pa.nulls(count, pa.string())})
    _parquet(folder / "empty.parquet", {"id": pa.array([], pa.int64()), "at": pa.array([], pa.timestamp("us"))})
    _parquet(
        folder / "numbers.parquet",
        {
            "id": numbers,
            "odd": [math.nan, math.inf, -math.inf, *map(float, numbers[3:])],
            "huge": [10.0**300 * each for each in numbers],
            "big": [2**62 + each for each in numbers],
        },
    )
    moments = [dt.datetime(2026, 1, 1, each % 24) for each in numbers]
    _parquet(
        folder / "moments.parquet",
        {
            "id": numbers,
            "local": pa.array(moments, pa.timestamp("ns")),
            "zoned": pa.array(moments, pa.timestamp("us", tz="America/New_York")),
            "early": pa.array([dt.date(1, 1, 1)] * count),
        },
    )
    _parquet(folder / "2000 columns.parquet", {f"column {each}": [each, each + 1] for each in range(2000)})
    nested = "".join(
        f'{{"id": {each}, "who": {{"name": "n{each}", "tags": ["a", "b"]}}, "any": [1, {{"x": null}}]}}\n'
        for each in numbers
    )
    (folder / "nested.json").write_text(nested)
    (folder / "same.csv").write_text("id,id,,Id,ID_1\n" + "".join(f"{each},2,3,4,5\n" for each in numbers))
    return folder


def _parquet(path: Path, columns: dict[str, object]) -> None:
    pq.write_table(pa.table(columns), path)
