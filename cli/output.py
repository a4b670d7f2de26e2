"""Writing results: to standard output, or to a file that is either whole or untouched."""

import os
import sys
from contextlib import suppress
from errno import EACCES, ENOENT, ENOTEMPTY
from pathlib import Path as File

import click


class Unwritable(click.ClickException):
    """The output cannot be written; an old file of that name is as it was (exit 2)."""

    exit_code = 2


def write(content: str | bytes, destination: str | None) -> None:
    """Write to the file, or a text to standard output for None and ``-``. Raises Unwritable."""
    if destination in (None, "-"):
        assert isinstance(content, str)
        _to_stdout(content)
        return
    assert destination is not None
    try:
        if not destination:
            raise OSError(ENOENT, os.strerror(ENOENT))
        data = content.encode() if isinstance(content, str) else content
        if _is_stream(File(destination)):
            with open(destination, "wb") as stream:
                stream.write(data)
        else:
            _replace(File(os.path.realpath(destination)), data)
    except (OSError, ValueError) as error:
        raise _unwritable(
            error, "{file} cannot be written: {reason}; what was there is as it was", destination
        ) from None


def write_folder(files: dict[str, bytes], destination: str) -> None:
    """Write the files into a folder that is new or empty, so that no table of other facts stays beside them."""
    folder = File(destination)
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise OSError(ENOTEMPTY, os.strerror(ENOTEMPTY))
        folder.mkdir(exist_ok=True)
    except (OSError, ValueError) as error:
        told = "{file} cannot be written: {reason}; what was there is as it was"
        raise _unwritable(error, told, destination) from None
    for name, content in files.items():
        write(content, str(folder / name))


def _unwritable(error: OSError | ValueError, message: str, file: str = "") -> Unwritable:
    from rulecheck.cli.run import chosen_language

    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return Unwritable(chosen_language(None, None).complain(message, {"file": file, "reason": reason}))


def _is_stream(file: File) -> bool:
    """Whether the file is a device or a pipe: written into, never replaced by a file of its name."""
    return file.exists() and not file.is_file() and not file.is_dir()


def _replace(file: File, data: bytes) -> None:
    """Put a new file in the place of an old one, with the old one's permissions, in one step."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        if file.exists() and not os.access(file, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if file.is_file():
            part.chmod(file.stat().st_mode)
        part.replace(file)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _to_stdout(text: str) -> None:
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace" if sys.stdout.isatty() else "strict", encoding="utf-8")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # who reads has seen enough; what the command comes to is the same
        _discard_stdout()
    except OSError as error:
        raise unprintable(error) from None


def unprintable(error: OSError) -> Unwritable:
    """What to raise when standard output takes nothing more."""
    _discard_stdout()
    return _unwritable(error, "standard output cannot be written: {reason}")


def _discard_stdout() -> None:
    """Let nothing more be written there: what is left in the buffer would have Python complain at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
