"""The standard streams as a command may find them: closed before it began, or with nobody at the other end any more."""

import io
import os
import sys
from contextlib import suppress
from errno import EBADF
from typing import TextIO


class Closed(io.TextIOBase):
    """Standard output that was closed: whatever is written to it raises OSError."""

    encoding = "utf-8"

    def write(self, _: str) -> int:
        """Raises OSError."""
        raise OSError(EBADF, os.strerror(EBADF))


class Unheard(io.TextIOBase):
    """Standard error. That nobody listens to a warning or a complaint (``2>&1 | head``) changes no exit code."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a plain attribute there
        """That of the stream."""
        return self.stream.encoding

    def isatty(self) -> bool:
        return self.stream.isatty()

    def fileno(self) -> int:
        return self.stream.fileno()

    def write(self, text: str) -> int:
        with suppress(BrokenPipeError):
            self.stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(BrokenPipeError):
            self.stream.flush()


def take_over() -> None:
    """Put such streams in the place of the process's own, for as long as it lasts."""
    if sys.stdout is None:
        sys.stdout = Closed()
    sys.stderr = Unheard(sys.stderr or open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
