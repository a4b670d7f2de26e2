"""Makes the case extract of this example, always the same one: `python examples/dk-politiet-2024-records/generate.py`.

The aggregates beside it are counted here, row by row, without the program they are compared with.
"""

import csv
import json
import random
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
AS_OF = date(2024, 12, 31)
QUARTERS = {
    f"2024-Q{n + 1}": (date(2024, 3 * n + 1, 1), date(2024 + (n == 3), (3 * n + 3) % 12 + 1, 1)) for n in range(4)
}
DISTRICTS = ["nordjylland", "oestjylland", "fyn", "sydsjaelland", "koebenhavn", "groenland", "faeroerne"]
SEED = 2024


def cases(draw: random.Random) -> list[dict[str, str]]:
    rows = []
    for number in range(1, 3001):
        reported = date(2023, 5, 1) + timedelta(draw.randrange(560))
        days = int(draw.triangular(20, 420, 90))
        ended = reported + timedelta(days)
        dismissed = draw.random() < 0.35
        custodial = not dismissed and draw.random() < 0.2
        court = ended + timedelta(draw.randrange(10, 60))
        row = {
            "case_id": f"S-{number:05}",
            "case_type": draw.choices(["straf", "faerdsel", "ATK", "MOU"], [60, 25, 10, 5])[0],
            "district": draw.choice(DISTRICTS),
            "reported": reported.isoformat(),
            "charge_decided": "" if dismissed or ended > AS_OF else ended.isoformat(),
            "dismissed": ended.isoformat() if dismissed and ended <= AS_OF else "",
            "charged": ended.isoformat() if custodial and ended <= AS_OF else "",
            "custodial_sentence": "true" if custodial and court <= AS_OF else "false",
            "court_decided": court.isoformat() if custodial and court <= AS_OF else "",
        }
        rows.append(row)
    for number, spoilt in (
        (41, ("reported", "")),
        (388, ("reported", "2024-02-30")),
        (1207, ("reported", "2025-01-09")),
    ):
        row = rows[number]
        row.update({spoilt[0]: spoilt[1], "case_type": "straf", "charge_decided": "2024-06-03", "dismissed": ""})
        row.update({"charged": "", "custodial_sentence": "false", "court_decided": ""})
    return rows


def hearings(draw: random.Random) -> list[dict[str, str]]:
    rows = []
    for number in range(1, 381):
        sent = date(2024, 1, 2) + timedelta(draw.randrange(350))
        deadline = sent + timedelta(draw.choice([5, 7, 10, 14]))
        extended = deadline + timedelta(7) if draw.random() < 0.15 else None
        late = draw.random() < 0.06
        replied = (extended or deadline) + timedelta(draw.randrange(1, 6) if late else -draw.randrange(0, 4))
        rows.append(
            {
                "hearing": f"H-{number:04}",
                "department": draw.choice(["politiafdelingen", "strafferetsafdelingen", "koncernstyring"]),
                "sent": sent.isoformat(),
                "deadline": deadline.isoformat(),
                "extended_deadline": extended.isoformat() if extended else "",
                "replied": f"{replied.isoformat()}T14:{number % 60:02}:00" if replied <= AS_OF else "",
            }
        )
    return rows


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def within(moment: date | None, quarter: str) -> bool:
    first, after = QUARTERS[quarter]
    return moment is not None and first <= moment < after


def mean(rows: list[dict[str, str]], begin: str, end: list[str], period: list[str], quarter: str) -> dict[str, int]:
    total = count = 0
    for row in rows:
        begun = day(row[begin])
        ended = day(next((row[column] for column in end if row[column]), ""))
        if begun and ended and begun <= ended and within(day(next((row[c] for c in period if row[c]), "")), quarter):
            total, count = total + (ended - begun).days, count + 1
    return {"total": total, "count": count}


def aggregates(all_cases: list[dict[str, str]], all_hearings: list[dict[str, str]]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    ended = ["charge_decided", "dismissed"]
    for quarter in QUARTERS:
        counted = [row for row in all_cases if row["case_type"] not in ("ATK", "MOU")]
        custodial = [row for row in all_cases if row["custodial_sentence"] == "true"]
        sent = [row for row in all_hearings if within(day(row["sent"]), quarter)]
        due = {row["hearing"]: day(row["extended_deadline"] or row["deadline"]) for row in sent}
        in_time = [r for r in sent if day(r["replied"]) and day(r["replied"]) <= due[r["hearing"]]]  # type: ignore[operator]
        numbers = {"numerator": len(in_time), "denominator": len(sent)}
        found.append({"measure": "case_days", "period": quarter, **mean(counted, "reported", ended, ended, quarter)})
        found.append(
            {
                "measure": "custodial_case_days",
                "period": quarter,
                **mean(custodial, "reported", ["charged"], ["court_decided"], quarter),
            }
        )
        found.append({"measure": "hearing_replies_in_time", "period": quarter, **numbers})
    return found


def write_table(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_facts(file: Path, content: dict[str, object]) -> None:
    parts = []
    for key, value in content.items():
        if isinstance(value, list):
            shown = "[\n" + ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in value) + "\n  ]"
        else:
            shown = json.dumps(value, ensure_ascii=False)
        parts.append(f"  {json.dumps(key)}: {shown}")
    file.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


def main() -> None:
    draw = random.Random(SEED)
    all_cases, all_hearings = cases(draw), hearings(draw)
    write_table(HERE / "cases.csv", all_cases)
    write_table(HERE / "hearings.csv", all_hearings)
    year_end = json.loads((HERE.parent / "dk-politiet-2024" / "2024-Q4.json").read_text("utf-8"))
    rest = {key: year_end[key] for key in ("events", "assessments", "calendar") if key in year_end}
    head = {"plan": "dk-politiet-2024", "as_of": AS_OF.isoformat()}
    extracts = {"path": "cases.csv", "snapshot": "2024-12-31"}, {"path": "hearings.csv", "snapshot": "2024-12-31"}
    write_facts(
        HERE / "facts.json", {**head, "records": dict(zip(("cases", "hearings"), extracts, strict=True)), **rest}
    )
    write_facts(HERE / "aggregates.json", {**head, "measurements": aggregates(all_cases, all_hearings), **rest})


if __name__ == "__main__":
    main()
