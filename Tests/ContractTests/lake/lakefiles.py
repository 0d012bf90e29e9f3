"""A lake's files as rows, through pyarrow."""
import collections
import math
import pathlib

import pyarrow
import pyarrow.parquet


def cell(array):
    """Python values as the reference has them: bytes for text, whole microseconds and days for times."""
    kind = array.type
    if pyarrow.types.is_timestamp(kind):
        return array.cast(pyarrow.timestamp("us", kind.tz)).cast(pyarrow.int64()).to_pylist()
    if pyarrow.types.is_date32(kind):
        return array.cast(pyarrow.int32()).to_pylist()
    if pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind):
        return array.cast(pyarrow.large_binary()).to_pylist()
    if pyarrow.types.is_list(kind) or pyarrow.types.is_large_list(kind):
        # Bytes that are no UTF-8 have no Python text.
        return array.cast(pyarrow.list_(pyarrow.large_binary())).to_pylist()
    return array.to_pylist()


def rows(path):
    table = pyarrow.parquet.ParquetFile(path).read()
    columns = {name: cell(table.column(name).combine_chunks()) for name in table.column_names}
    return [dict(zip(columns, values)) for values in zip(*columns.values())]


def partitions(folder):
    """Folder below `folder` → its rows, for each folder that has Parquet files."""
    found = collections.defaultdict(list)
    for path in sorted(pathlib.Path(folder).glob("**/*.parquet")):
        found[str(path.parent.relative_to(folder))] += rows(path)
    return dict(found)


def frozen(value):
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    if isinstance(value, float):
        return ("float", value)
    return (value is not None, value) if not isinstance(value, bool) else (True, int(value))


def difference(expected, found, exact):
    """None when both lists hold the same rows in any order, doubles to 1e-9; else what differs first.

    `exact` are columns that tell the rows apart and have no doubles.
    """
    if len(expected) != len(found):
        return f"{len(found)} rows, not {len(expected)}"

    def key(row):
        return tuple(repr(frozen(row[name])) for name in exact)

    for left, right in zip(sorted(expected, key=key), sorted(found, key=key)):
        if list(left) != list(right):
            return f"columns {list(right)}, not {list(left)}"
        for name in left:
            if not same(left[name], right[name]):
                return f"{name} is {right[name]!r}, not {left[name]!r}, in {left}"
    return None


def same(left, right):
    if isinstance(left, float) and isinstance(right, float):
        return left == right or math.isclose(left, right, rel_tol=1e-9) or (math.isnan(left) and math.isnan(right))
    return type(left) is type(right) and left == right
