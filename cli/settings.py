"""Settings: flag > RULECHECK_* > rulecheck.toml or [tool.rulecheck] in pyproject.toml > default."""

from pathlib import Path as File
from typing import Any

import click

CONFIGURED = {"plan", "lang", "format", "facts", "color", "fail-on"}


def from_files() -> dict[str, Any]:
    """The settings of the nearest rulecheck.toml or pyproject.toml at or above the current folder.

    Raises click.UsageError for a file that is not TOML or names a setting that does not exist.
    """
    here = File.cwd()
    for folder in (here, *here.parents):
        for name in ("rulecheck.toml", "pyproject.toml"):
            file = folder / name
            if file.is_file():
                found = _read(file)
                if found is not None:
                    return found
    return {}


def _read(file: File) -> dict[str, Any] | None:
    try:
        content = file.read_text("utf-8")
        if file.name == "pyproject.toml" and "tool.rulecheck" not in content:
            return None
        import tomllib

        data = tomllib.loads(content)
    except (OSError, ValueError) as error:
        if file.name == "pyproject.toml":
            return None  # some other tool's file is not ours to complain about
        raise click.UsageError(f"{file}: {error}") from None
    if file.name == "pyproject.toml":
        data = data.get("tool", {}).get("rulecheck", {})
    for key, value in data.items():
        if key not in CONFIGURED or not isinstance(value, str):
            raise click.UsageError(f"{file}: `{key}` is no setting; there are: {', '.join(sorted(CONFIGURED))}")
    facts = data.get("facts")
    if facts:
        data["facts"] = str(file.parent / facts)
    return data


def default_map() -> dict[str, Any]:
    """click's defaults for every command, from the settings files."""
    found = from_files()
    if not found:
        return {}
    shared = {key.replace("-", "_"): value for key, value in found.items()}
    commands = ("evaluate", "explain")
    nested = {"facts": shared, "plans": shared}
    nested = {group: dict.fromkeys(("list", "show", "check", "template"), shared) for group in nested}
    return {**dict.fromkeys(commands, shared), **nested}
