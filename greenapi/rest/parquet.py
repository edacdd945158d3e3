"""Exports as Apache Parquet: typed columns, exact decimals. It needs pyarrow, which the extra `export` installs."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from greenapi.ledger.reading import ledger_id

from .digits import Digits, digits_of
from .encoding import encode, rfc3339
from .exports import REV_FROM, REV_TO, Export, Exported, Table, Writer, validity_columns
from .problems import NOT_ACCEPTABLE, Problem
from .shapes import Kind, Shape
from .unsent import Unsent

MISSING = "parquet needs pyarrow on the server: pip install 'greenapi[export]'."
# Rows that are written together: more make a smaller file, but are kept in memory until then.
GROUP = 2_500
# The most digits of Arrow's two decimal types.
NARROW, WIDE = 38, 76


class Parquet(Export):
    """A file of Apache Parquet: objects as structs, lists as lists, dates and moments typed, numbers exact."""

    format = "parquet"
    media_type = "application/vnd.apache.parquet"
    also = ("application/x-parquet", "application/parquet")
    schema = {"type": "string", "format": "binary"}

    def writer(self, table: Table) -> Writer:
        try:
            import pyarrow.parquet  # noqa: F401, PLC0415  # an extra, and 40 MB of memory
        except ImportError as error:
            raise Problem(NOT_ACCEPTABLE, MISSING) from error
        return _File(table)


class _File(Writer):
    """Writes groups of rows into what has not been sent yet."""

    def __init__(self, table: Table) -> None:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415

        self._pa = pa
        digits = digits_of(table.columns, selected=table.selected, serializer=table.serializer())
        validity = {column.name: column.shape for column in validity_columns()} if table.versioned else {}
        members = {name: _storable(shape, path=name, digits=digits) for name, shape in table.shape.members.items()}
        self._shapes = validity | members
        types = {name: _type(pa, shape, path=name, digits=digits) for name, shape in self._shapes.items()}
        self._schema = pa.schema(list(types.items()), metadata=_about(table))
        self._waiting: list[pa.RecordBatch] = []
        self._unsent = Unsent()
        self._file = pq.ParquetWriter(self._unsent, self._schema, compression="zstd")

    def rows(self, rows: Iterable[Exported]) -> bytes:
        made = [{REV_FROM: row.rev_from, REV_TO: row.rev_to, **row.row} for row in rows]
        columns = [
            self._pa.array([_value(row[field.name], self._shapes[field.name]) for row in made], type=field.type)
            for field in self._schema
        ]
        self._waiting.append(self._pa.RecordBatch.from_arrays(columns, schema=self._schema))
        if sum(batch.num_rows for batch in self._waiting) >= GROUP:
            self._write()
        return self._unsent.take()

    def end(self) -> bytes:
        self._write()
        self._file.close()
        return self._unsent.take()

    def _write(self) -> None:
        if self._waiting:
            self._file.write_table(self._pa.Table.from_batches(self._waiting), row_group_size=2 * GROUP)
            self._waiting.clear()


def _storable(shape: Shape, *, path: str, digits: Mapping[str, Digits]) -> Shape:
    """The shape with texts in place of the numbers that no decimal is known to hold exactly."""
    match shape.kind:
        case Kind.OBJECT:
            members = shape.members.items()
            fitting = {name: _storable(kind, path=f"{path}.{name}", digits=digits) for name, kind in members}
            return replace(shape, members=fitting)
        case Kind.LIST if shape.item is not None:
            return replace(shape, item=_storable(shape.item, path=path, digits={}))
        case Kind.NUMBER if path not in digits or digits[path].before + digits[path].after > WIDE:
            return replace(shape, kind=Kind.TEXT)
        case _:
            return shape


def _type(pa: Any, shape: Shape, *, path: str, digits: Mapping[str, Digits]) -> Any:
    """The Arrow type of a storable value; `path` is the name of its column."""
    match shape.kind:
        case Kind.OBJECT:
            members = shape.members.items()
            return pa.struct([(name, _type(pa, kind, path=f"{path}.{name}", digits=digits)) for name, kind in members])
        case Kind.LIST if shape.item is not None:
            return pa.list_(_type(pa, shape.item, path=path, digits={}))
        case Kind.NUMBER:
            known = digits[path]
            narrow = known.before + known.after <= NARROW
            return pa.decimal128(NARROW, known.after) if narrow else pa.decimal256(WIDE, known.after)
        case Kind.INTEGER:
            return pa.int64()
        case Kind.BOOLEAN:
            return pa.bool_()
        case Kind.DAY:
            return pa.date32()
        case Kind.MOMENT:
            return pa.timestamp("us", tz="UTC")
        case _:
            return pa.string()


def _value(value: Any, shape: Shape) -> Any:
    """A value of a representation as Arrow takes it."""
    if value is None:
        return None
    match shape.kind:
        case Kind.OBJECT:
            return {name: _value(value[name], member) for name, member in shape.members.items()}
        case Kind.LIST if shape.item is not None:
            return [_value(item, shape.item) for item in value]
        case Kind.DAY:
            return date.fromisoformat(value)
        case Kind.MOMENT:
            return datetime.fromisoformat(value)
        case Kind.ANY:
            return encode(value).decode()
        case Kind.TEXT:
            return str(value)
        case _:
            return value


def _about(table: Table) -> dict[str, str]:
    """What the file says of itself."""
    moment = table.snapshot.recorded_at
    return {
        "greenapi.ledger_id": str(ledger_id()),
        "greenapi.resource": table.resource,
        "greenapi.revision": str(table.snapshot.number),
        "greenapi.recorded_at": "" if moment is None else rfc3339(moment),
    }
