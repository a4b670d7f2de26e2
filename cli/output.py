"""Writing results: to standard output, or to a file that is either whole or untouched."""

import os
import sys
from contextlib import suppress
from pathlib import Path as File

import click


class Unwritable(click.ClickException):
    """The output cannot be written; an old file of that name is as it was (exit 2)."""

    exit_code = 2


def write(text: str, destination: str | None) -> None:
    """Write ``text`` to the file, or to standard output for None and ``-``. Raises Unwritable."""
    if destination in (None, "-"):
        _to_stdout(text)
        return
    assert destination is not None
    file = File(destination)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        if file.exists() and not os.access(file, os.W_OK):
            raise PermissionError(13, "Permission denied")
        with part.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        reason = (error.strerror or str(error)).lower()
        raise Unwritable(f"{destination} cannot be written: {reason}; what was there is as it was") from None


def _to_stdout(text: str) -> None:
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace" if sys.stdout.isatty() else "strict", encoding="utf-8")
    sys.stdout.write(text)
    sys.stdout.flush()
