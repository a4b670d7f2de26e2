"""Forecasts and back-tests as JSON, and the JSON Schemas of both. Numbers are texts, as in verdicts."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rulecheck.cli.json_document import lines_of, speakers_of
from rulecheck.cli.language import LANGUAGES
from rulecheck.engine.version import VERSION
from rulecheck.facts.quantity import exact, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rulecheck.cli.sentences import Sentences
    from rulecheck.engine.evaluate import Evaluation
    from rulecheck.engine.futures import Chances, Forecast, Points
    from rulecheck.engine.futures.backtest import Backtest

FORECAST, BACKTEST = "rulecheck/forecast/1", "rulecheck/backtest/1"
QUANTILES = (5, 25, 50, 75, 95)
MODEL_KINDS = ("bootstrap", "seasonal", "binomial", "seasonal-binomial", "walk", "slippage", "punctuality", "confirmed")
"""As engine/futures/model.py has them, which a schema cannot ask where numpy is not installed."""
Data = dict[str, Any]


def forecast_json(found: "Forecast") -> str:
    """The whole forecast; ``models`` stand once, targets name those they rest on."""
    models = {model.about: model for chances in found.chances for model in chances.models}
    speakers = speakers_of(found.evaluation)
    return lines_of(
        {
            "schema": FORECAST,
            **_about(found.evaluation, found.futures, found.seed),
            "judged_on": found.day.isoformat(),
            "models": [{"kind": m.kind, "about": m.about, **m.data} for m in models.values()],
            "targets": [_target(chances, found.futures, speakers) for chances in found.chances],
            "score": {**_points(found.points), "unforecast": _number(found.unforecast)},
            "fan": [{"day": fan.day.isoformat(), **_points(fan.points)} for fan in found.fan],
        }
    )


def backtest_json(found: "Backtest", evaluation: "Evaluation") -> str:
    """The whole back-test."""
    return lines_of(
        {
            "schema": BACKTEST,
            **_about(evaluation, found.futures, found.seed),
            "brier": _number(found.brier),
            "brier_of_the_mean": _number(found.always),
            "calibration": [
                {
                    "low": _number(b.low),
                    "high": _number(b.high),
                    "forecasts": b.size,
                    "mean": _number(b.forecast),
                    "came_true": _number(b.came),
                }
                for b in found.bins
            ],
            "tested": [
                {
                    "target": t.target,
                    "period": t.period.label,
                    "day": t.day.isoformat(),
                    "probability": _number(t.chance),
                    "fulfilled": t.fulfilled,
                }
                for t in found.tested
            ],
        }
    )


def _about(evaluation: "Evaluation", futures: int, seed: int) -> Data:
    import numpy

    return {
        "plan": {"id": evaluation.plan.id, "version": evaluation.version.id, "sha256": evaluation.plan.sha256},
        "facts": {"sha256": evaluation.facts.sha256},
        "engine": {"version": VERSION, "numpy": numpy.__version__},
        "as_of": evaluation.as_of.isoformat(),
        "known_at": evaluation.known_at.isoformat() if evaluation.known_at else None,
        "futures": futures,
        "seed": seed,
    }


def _target(chances: "Chances", futures: int, speakers: "Mapping[str, Sentences]") -> Data:
    verdict = chances.verdict
    data: Data = {"target": verdict.target.id, "now": verdict.verdict, "definitive": verdict.definitive}
    if chances.reason is not None:
        from rulecheck.cli.sentences.futures import because

        return {**data, "not_forecast": {code: because(chances, sentences) for code, sentences in speakers.items()}}
    return {
        **data,
        "models": [model.about for model in chances.models],
        "counts": chances.counts,
        "probabilities": {name: _number(Fraction(n, futures)) for name, n in chances.counts.items()},
    }


def _points(points: "Points") -> Data:
    return {
        "quantiles": {str(part): _number(points.quantile(Fraction(part, 100))) for part in QUANTILES},
        "mean": _number(points.mean),
        "distribution": [{"points": _number(number), "futures": count} for number, count in points.counts],
    }


def _number(number: Any) -> str | None:
    return None if number is None else plain(exact(number))


# --- the schemas ---

_DECIMAL = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
_PART = {"type": "string", "pattern": r"^(0(\.\d+)?|1)$"}
_DAY = {"type": "string", "format": "date"}
_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_VERDICTS = ("fulfilled", "on-track", "at-risk", "missed")


def _object(properties: Data, optional: tuple[str, ...] = ()) -> Data:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _list(items: Data) -> Data:
    return {"type": "array", "items": items}


def _document(schema: str, properties: Data) -> Data:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": schema.rpartition("/")[0].replace("/", " "),
        **_object(
            {
                "schema": {"const": schema},
                "plan": _object({"id": _TEXT, "version": _TEXT, "sha256": _TEXT}),
                "facts": _object({"sha256": _TEXT}),
                "engine": _object({"version": _TEXT, "numpy": _TEXT}),
                "as_of": _DAY,
                "known_at": {"type": ["string", "null"], "format": "date"},
                "futures": {"type": "integer", "minimum": 1},
                "seed": _COUNT,
                **properties,
            }
        ),
    }


def forecast_schema() -> Data:
    """The forecast as JSON Schema (draft 2020-12). Of a target there are either probabilities or a reason why not."""
    points = {
        "quantiles": _object({str(part): _DECIMAL for part in QUANTILES}),
        "mean": _DECIMAL,
        "distribution": _list(_object({"points": _DECIMAL, "futures": {"type": "integer", "minimum": 1}})),
    }
    target = {"target": _TEXT, "now": {"enum": list(_VERDICTS)}, "definitive": {"type": "boolean"}}
    forecast = {
        "models": _list(_TEXT),
        "counts": _object(dict.fromkeys(_VERDICTS, _COUNT)),
        "probabilities": _object(dict.fromkeys(_VERDICTS, _PART)),
    }
    return _document(
        FORECAST,
        {
            "judged_on": _DAY,
            "models": _list(_model_schema()),
            "targets": _list(
                {
                    "oneOf": [
                        _object({**target, **forecast}),
                        _object({**target, "not_forecast": _object(dict.fromkeys(LANGUAGES, _TEXT))}),
                    ]
                }
            ),
            "score": _object({**points, "unforecast": _DECIMAL}),
            "fan": _list(_object({"day": _DAY, **points})),
        },
    )


def _model_schema() -> Data:
    names, whole = _list(_TEXT), _list({"type": "integer"})
    data = {
        "kind": {"enum": list(MODEL_KINDS)},
        "about": _TEXT,
        "pieces": names,
        "months": {"enum": [1, 3, 4, 6, 12]},
        "slots": names,
        "pairs": _list({"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}),
        "changes": _COUNT,
        "last": _TEXT,
        "expected": _TEXT,
        "forecast": _TEXT,
        "slips": whole,
        "tested": names,
        "possible": {"type": "integer", "minimum": 1},
        "due": _DAY,
        "late": whole,
        "reports": names,
    }
    return _object(data, optional=tuple(name for name in data if name not in ("kind", "about")))


def backtest_schema() -> Data:
    """The back-test as JSON Schema (draft 2020-12)."""
    perhaps = {"anyOf": [_PART, {"type": "null"}]}
    tested = {
        "target": _TEXT,
        "period": _TEXT,
        "day": _DAY,
        "probability": _PART,
        "fulfilled": {"type": "boolean"},
    }
    bins = {"low": _PART, "high": _PART, "forecasts": _COUNT, "mean": perhaps, "came_true": perhaps}
    return _document(
        BACKTEST,
        {
            "brier": perhaps,
            "brier_of_the_mean": perhaps,
            "calibration": _list(_object(bins)),
            "tested": _list(_object(tested)),
        },
    )
