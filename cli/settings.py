"""Settings: flag > RULECHECK_* > rulecheck.toml or [tool.rulecheck] in pyproject.toml > default."""

import os
import re
from pathlib import Path as File
from typing import Any

import click

CONFIGURED = {
    "plan": "plan",
    "lang": "lang",
    "format": "format_",
    "facts": "facts",
    "color": "color",
    "fail-on": "fail_on",
    "parameters": "parameters",
}
"""Setting → the name of the commands' parameter."""
JUDGING = ("evaluate", "explain")
"""The commands whose ``--format`` the setting ``format`` is: how verdicts are shown."""
COMMANDS = ("forecast", "whatif")
GROUPS = {
    "facts": ("check", "measure", "missing", "template"),
    "plans": ("list", "show", "check", "compare", "fmt", "mutate"),
}
OF_OTHER_FACTS = {"facts": ("convert",), "plans": ("prove",)}
"""Commands with a ``facts`` of their own, which the setting is not."""
ONLY_SPEAKING: dict[str, tuple[str, ...]] = {"new": ("plan", "target")}
"""Commands that settings are about only in so far as they speak."""


class Unsettled(click.UsageError):
    """What is wrong with a settings file. It is put into words when it is shown: the file may have named the language."""

    def __init__(self, file: File, message: str, **values: str) -> None:
        super().__init__(message)
        self.file = file
        self.values = values

    def format_message(self) -> str:
        """The file and the message, in the reader's language."""
        from rulecheck.cli.spoken import speaker

        return f"{self.file}: {speaker().complain(self.message, self.values)}"


def from_environment() -> dict[str, str]:
    """The settings that stand in RULECHECK_PLAN, RULECHECK_FAIL_ON and so on."""
    names = {key: _variable(key) for key in CONFIGURED}
    return {key: os.environ[name] for key, name in names.items() if os.environ.get(name)}


def _variable(key: str) -> str:
    return f"RULECHECK_{key.replace('-', '_').upper()}"


def from_files() -> dict[str, str]:
    """The settings of the nearest rulecheck.toml or pyproject.toml at or above the current folder.

    Raises click.UsageError for a file that is not TOML or names a setting that does not exist.
    """
    return _nearest()[1]


def _nearest() -> tuple[File | None, dict[str, str]]:
    """The file the settings stand in, and they."""
    try:
        here = File.cwd()
    except OSError:  # the folder was removed
        return None, {}
    for folder in (here, *here.parents):
        for name in ("rulecheck.toml", "pyproject.toml"):
            file = folder / name
            if file.is_file():
                found = _read(file)
                if found is not None:
                    return file, found
    return None, {}


def origin(parameter: str) -> str:
    """Where the default of a command's parameter was chosen: the variable, else the file."""
    key = next(key for key, name in CONFIGURED.items() if name == parameter)
    return _variable(key) if key in from_environment() else str(_nearest()[0])


def _read(file: File) -> dict[str, str] | None:
    ours = file.name == "rulecheck.toml"  # some other tool's file is not ours to complain about
    try:
        content = file.read_text("utf-8-sig")
        if not ours and "tool.rulecheck" not in content:
            return None
        import tomllib

        data = tomllib.loads(content)
    except (OSError, ValueError) as error:
        if not ours:
            return None
        raise _unreadable(file, error) from None
    if not ours:
        data = data.get("tool", {}).get("rulecheck", {})
        if not isinstance(data, dict):
            raise Unsettled(file, "tool.rulecheck is no table")
    for key, value in data.items():
        if key not in CONFIGURED:
            known = ", ".join(sorted(CONFIGURED))
            raise Unsettled(file, "`{key}` is no setting; there are: {known}", key=key, known=known)
        if not isinstance(value, str):
            raise Unsettled(file, "`{key}` is no text; write it in quotes", key=key)
    for key in ("facts", "parameters"):
        if data.get(key):
            data[key] = str(file.parent / data[key])
    return data


def _unreadable(file: File, error: OSError | ValueError) -> Unsettled:
    if isinstance(error, OSError):
        return Unsettled(file, "cannot be read: {reason}", reason=(error.strerror or "").lower())
    if isinstance(error, UnicodeDecodeError):
        return Unsettled(file, "the file is not UTF-8; save it as UTF-8")
    place = re.search(r"line (\d+), column (\d+)", str(error))  # tomllib gives it in its words alone
    if place:
        line, column = place.groups()
    else:  # "at end of document"
        lines = file.read_text("utf-8-sig").splitlines() or [""]
        line, column = str(len(lines)), str(len(lines[-1]) + 1)
    told = "line {line}, column {column}: this is not TOML; a setting is a name, = and a text in quotes"
    return Unsettled(file, told, line=line, column=column)


def setting(key: str) -> str | None:
    """One setting of the files; None too where a file is wrong, which the command that needs it tells."""
    try:
        return from_files().get(key)
    except click.UsageError:
        return None


def default_map() -> dict[str, Any]:
    """click's defaults for every command, from the settings files and the environment."""
    found = {CONFIGURED[key]: value for key, value in {**from_files(), **from_environment()}.items()}
    others = {name: value for name, value in found.items() if name != "format_"}
    apart = {name: value for name, value in others.items() if name != "facts"}
    spoken = {name: value for name, value in found.items() if name == "lang"}
    groups = ((GROUPS, others), (OF_OTHER_FACTS, apart), (ONLY_SPEAKING, spoken))
    defaults: dict[str, Any] = {**dict.fromkeys(JUDGING, found), **dict.fromkeys(COMMANDS, others)}
    for table, values in groups:
        for group, commands in table.items():
            defaults.setdefault(group, {}).update(dict.fromkeys(commands, values))
    return defaults
