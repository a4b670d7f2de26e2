"""Generated tables of records and definitions over them: nulls, ties, zones, leap days, odd names."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import strategies as st
from rulecheck.facts.period import ONE_DAY, Period, parse_period
from rulecheck.facts.records.definition import Condition, Definition
from rulecheck.facts.records.duckdb_engine import literal, quoted
from rulecheck.facts.records.frame import Span

NAMES = st.sampled_from(
    [
        "case_type",
        "Sags type",
        'a"b',
        "x'; DROP TABLE t; --",
        "select",
        "søren",
        "日",
        "r",
        "k",
        "d0",
        "t1",
        "{0}",
        "a,b",
        "*",
    ]
)
DAYS = st.dates(date(2023, 12, 20), date(2024, 7, 20)) | st.sampled_from(
    [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31), date(2024, 10, 27), date(1969, 12, 31)]
)
ZONES = st.sampled_from(["", "Europe/Copenhagen", "Europe/Copenhagen", "America/Godthab", "Asia/Kathmandu"])
TEXTS = st.sampled_from(["", "ATK", "MOU", "straf", "true", "12", "æ ø", "a'b", 'q"q', "ATK ", "line\nbreak"])
BROKEN = st.sampled_from(
    ["2024-02-30", "2023-02-29", "2024-2-5", "5/6/2024", "2024/02/05", "x", " ", "infinity", "2024-01-01T25:00", "20240101",
     "2024-01-01 10:00 ", "2024-01-01T10", "24-01-01", "2024-01-01\n", "-2024-01-1", "0000-00-00", "2024-13-01"]
)  # fmt: skip
NUMBERS = st.sampled_from(["", "0", "-7", "12", "999999999999999", "1000000000000000", "1.5", "+3", "1e3", " 4", "x"])


@st.composite
def stamps(draw: st.DrawFn) -> str:
    day = draw(DAYS)
    time = draw(st.sampled_from(["00:00", "00:30", "01:59:59", "23:30:00.5", "23:59:59.999999999", "12:00:00"]))
    zone = draw(st.sampled_from(["", "", "Z", "+00:00", "+02:00", "-05:30", "+14:00"]))
    return f"{day.isoformat()}{draw(st.sampled_from('T '))}{time}{zone}"


CELLS = {
    "date": st.just("") | DAYS.map(date.isoformat) | DAYS.map(date.isoformat) | stamps() | BROKEN,
    "text": TEXTS,
    "number": NUMBERS,
}


@st.composite
def conditions(draw: st.DrawFn, texts: list[str], dates: list[str]) -> tuple[Condition, ...]:
    found = []
    for _ in range(draw(st.integers(0, 2))):
        if draw(st.booleans()):
            word: Any = draw(st.sampled_from(["equals", "not_equals", "in", "not_in", "filled"]))
            if word == "filled":
                values = (draw(st.sampled_from(["true", "false"])),)
            else:
                size = 1 if "equals" in word else 2
                values = tuple(draw(st.lists(TEXTS.filter(bool), min_size=size, max_size=size, unique=True)))
            found.append(Condition(draw(st.sampled_from(texts)), word, values))
        else:
            word = draw(st.sampled_from(["on_or_after", "on_or_before", "before", "after"]))
            found.append(Condition(draw(st.sampled_from(dates)), word, day=draw(DAYS)))
    return tuple(found)


World = tuple[Definition, list[str], list[dict[str, Any]], Span]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A definition, the columns of a table, its rows, and the pieces that are asked for."""
    names = draw(st.lists(NAMES, min_size=7, max_size=7, unique_by=str.casefold))
    dates, texts, value = names[:4], names[4:6], names[6]

    def some() -> tuple[str, ...]:
        return tuple(draw(st.lists(st.sampled_from(dates), min_size=1, max_size=2, unique=True)))

    kind: Any = draw(st.sampled_from(["mean", "share", "total"]))
    fields: dict[str, Any] = {}
    way = draw(
        st.sampled_from(
            {"mean": ["days", "value"], "share": ["in_time", "having"], "total": ["days", "value", ""]}[kind]
        )
    )
    if way == "days":
        fields = {"start": some(), "end": some()}
    elif way == "value":
        fields = {"value": value}
    elif way == "in_time":
        fields = {"done": some(), "deadline": some(), "open_is_late": draw(st.booleans())}
        fields["start"] = draw(st.just(()) | st.just(some()))
    elif way == "having":
        fields = {"having": draw(conditions(texts, dates).filter(bool))}
    definition = Definition(
        "m",
        kind,
        "cases",
        some(),
        draw(conditions(texts, dates)),
        dimensions=draw(st.sampled_from([(), (("d", texts[0]),), (("d", texts[0]), ("e", texts[1]))])),
        id=draw(st.sampled_from(["", "", texts[1]])),
        zone=draw(ZONES),
        **fields,
    )
    kinds = {**dict.fromkeys(dates, "date"), **dict.fromkeys(texts, "text"), value: "number"}
    columns = draw(st.permutations(names))
    rows = draw(st.lists(st.fixed_dictionaries({column: CELLS[kinds[column]] for column in columns}), max_size=12))
    as_of = draw(DAYS.filter(lambda day: day >= date(2024, 1, 1)))
    return definition, list(columns), rows, span(as_of)


MOMENTS = st.datetimes(datetime(1969, 12, 30), datetime(2024, 7, 20)) | st.sampled_from(
    [datetime(2024, 3, 31, 0, 59, 59, 999_999), datetime(2024, 3, 31, 1), datetime(2024, 12, 31, 23), datetime(1969, 12, 31, 23, 59, 59, 1)]
)  # fmt: skip
TYPED: dict[str, tuple[st.SearchStrategy[Any], Any]] = {
    "DATE": (DAYS, date.isoformat),
    "TIMESTAMP": (MOMENTS, lambda moment: moment.isoformat(" ")),
    "TIMESTAMPTZ": (MOMENTS.map(lambda moment: moment.replace(tzinfo=UTC)), lambda moment: moment.isoformat(" ")),
    "BIGINT": (st.sampled_from([0, -7, 12, 999_999_999_999_999, 1_000_000_000_000_000]), str),
    "INTEGER": (st.sampled_from([0, -7, 12]), str),
    "BOOLEAN": (st.booleans(), lambda value: str(value).lower()),
}
"""Type of a column → what stands in it, and the text that means the same."""
FITTING = {
    "dates": ("DATE", "TIMESTAMP", "TIMESTAMPTZ"),
    "texts": ("INTEGER", "BOOLEAN"),
    "value": ("BIGINT", "INTEGER"),
}


@st.composite
def typed_worlds(draw: st.DrawFn) -> tuple[World, dict[str, str], list[list[Any]]]:
    """A world, the types of its columns, and its rows with values of these types; in the world they stand as text."""
    definition, columns, rows, asked = draw(worlds())
    used = {"dates": definition.dates, "texts": definition.texts, "value": (definition.value,)}
    types = dict.fromkeys(columns, "VARCHAR")
    for role, names in used.items():
        for column in names:
            if column:
                types[column] = draw(st.sampled_from((*FITTING[role], "VARCHAR")))
    values = []
    for row in rows:
        cells: list[Any] = []
        for column in columns:
            if types[column] == "VARCHAR":
                cells.append(row[column])
                continue
            made, told = TYPED[types[column]]
            value = draw(st.none() | made)
            row[column] = "" if value is None else told(value)
            cells.append(value)
        values.append(cells)
    return (definition, columns, rows, asked), types, values


def write_parquet(file: Path, columns: list[str], types: dict[str, str], rows: list[list[Any]]) -> None:
    named = ", ".join(f"{quoted(column)} {types[column]}" for column in columns)
    with duckdb.connect(config={"threads": "1"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE cases ({named})")
        if rows:
            connection.executemany(f"INSERT INTO cases VALUES ({', '.join('?' * len(columns))})", rows)
        connection.execute(f"COPY cases TO {literal(str(file))} (FORMAT parquet)")


def span(as_of: date) -> Span:
    """Quarters of 2024 up to D, the last one cut."""
    quarters = [parse_period(f"2024-Q{n}") for n in (1, 2, 3, 4)]
    pieces = [p if p.last <= as_of else Period(p.first, as_of) for p in quarters if p.first <= as_of]
    return Span(tuple(pieces), as_of)


def write_csv(file: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([row[column] for column in columns] for row in rows)


__all__ = ["ONE_DAY", "span", "timedelta", "typed_worlds", "worlds", "write_csv", "write_parquet"]
