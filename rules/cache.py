"""Plain plan data by content hash, so that YAML is parsed once.

The cache is a convenience: it is plain JSON (never executable), each file carries a checksum of what it holds and of
what it was made from, and whatever cannot be read, does not match or cannot be written is as if it were not there.
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path as File
from typing import Any

from rulecheck.facts.digest import sha256

FORMAT = "1"


def folder() -> File | None:
    """``RULECHECK_CACHE_DIR``, else the user's cache folder; None when there is none or caching is off (empty)."""
    chosen = os.environ.get("RULECHECK_CACHE_DIR")
    if chosen is not None:
        return File(chosen) if chosen else None
    base = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else os.environ.get("XDG_CACHE_HOME")
    try:
        return File(base) / "rulecheck" if base else File.home() / ".cache" / "rulecheck"
    except RuntimeError:  # no home
        return None


def load(content_hash: str, version: str) -> Any | None:
    """The data of the plan document with this hash, made by this version of rulecheck; None if it is not there."""
    where = folder()
    if where is None:
        return None
    try:
        stored = (where / f"{content_hash}.json").read_text("utf-8")
        checksum, _, payload = stored.partition("\n")
        if checksum != _checksum(content_hash, version, payload):
            return None
        return json.loads(payload)
    except (OSError, ValueError):
        return None


def store(content_hash: str, version: str, data: Any) -> None:
    """Keep the data, whole or not at all."""
    where = folder()
    if where is None:
        return
    payload = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    part = where / f"{content_hash}.{os.getpid()}.part"
    try:
        where.mkdir(parents=True, exist_ok=True)
        part.write_text(f"{_checksum(content_hash, version, payload)}\n{payload}", "utf-8")
        part.replace(where / f"{content_hash}.json")
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _checksum(content_hash: str, version: str, payload: str) -> str:
    return str(sha256("\n".join((FORMAT, version, content_hash, payload)).encode()).hexdigest())
