"""A table of a PostgreSQL database, copied row by row as CSV text into a folder of our own.

DuckDB's own extension for PostgreSQL has to be downloaded by DuckDB; the driver used here is an ordinary package.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path as File
from typing import Any

from rulecheck.facts.problem import InvalidFacts
from rulecheck.facts.records.source import Source
from rulecheck.facts.records.staging import unknown_table

SECONDS = 20
"""To wait for a server."""
_TABLES = """
SELECT table_schema, table_name FROM information_schema.tables
WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
"""
_COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position
"""
_MOMENT = "timestamp with time zone"


@contextmanager
def copied(source: Source) -> Iterator[Source]:
    """The source itself; of a database, a copy of the table as a file, while it is needed. Raises InvalidFacts."""
    if not source.url:
        yield source
        return
    try:
        import psycopg
    except ImportError:
        raise source.unreadable("database") from None
    with tempfile.TemporaryDirectory(prefix="rulecheck-") as folder:
        target = File(folder) / "records.csv"
        try:
            _copy(source, target)
        except psycopg.Error as error:
            raise source.refused(
                "the database `{file}` cannot be read: {told}",
                "check the address, and that PGUSER and PGPASSWORD, or ~/.pgpass, give access",
                told=" ".join(str(error).split())[:160],
            ) from None
        yield source._replace(path=target)


def _copy(source: Source, target: File) -> None:
    import psycopg
    from psycopg import sql
    from psycopg.conninfo import conninfo_to_dict

    if conninfo_to_dict(source.url).get("password"):
        # without the line of the facts: the password stands in it
        raise source._replace(text="").refused(
            "the address of `{file}` holds a password", "leave it out; PGPASSWORD or ~/.pgpass may hold it"
        )
    with psycopg.connect(
        source.url,
        connect_timeout=SECONDS,
        options="-c default_transaction_read_only=on -c TimeZone=UTC -c DateStyle=ISO",
    ) as connection:
        schema, table = _chosen(source, connection.execute(_TABLES).fetchall())
        columns = connection.execute(_COLUMNS, (schema, table)).fetchall()
        cells = [
            sql.SQL("{} AS {}").format(_cell(sql.Identifier(name), kind), sql.Identifier(name))
            for name, kind in columns
        ]
        query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')").format(
            sql.SQL(", ").join(cells), sql.Identifier(schema, table)
        )
        with target.open("wb") as file, connection.cursor().copy(query) as rows:
            for block in rows:
                file.write(block)


def _cell(column: Any, kind: str) -> Any:
    """A cell as text. An instant is written with its zone; what no calendar here holds (infinity, BC) as PostgreSQL does."""
    from psycopg import sql

    if kind != _MOMENT:
        return sql.SQL("{}::text").format(column)
    return sql.SQL(
        "CASE WHEN isfinite({0}) AND {0} BETWEEN '0001-01-01Z' AND '9999-12-31Z'"
        """ THEN to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') ELSE {0}::text END"""
    ).format(column)


def _chosen(source: Source, there: list[tuple[str, str]]) -> tuple[str, str]:
    """The table that is named, with its schema or without."""
    fitting = [one for one in there if source.table in (one[1], ".".join(one))] if source.table else there
    if len(fitting) == 1:
        return fitting[0]
    raise _unknown(source, fitting or there)


def _unknown(source: Source, there: list[tuple[str, str]]) -> InvalidFacts:
    return unknown_table(source, [".".join(one) for one in there])
