"""The files a table of case records lies in: one, or the Parquet files of a folder, in the order of their names."""

import re
from collections.abc import Iterator
from os.path import exists, isdir  # unlike a Path's own they answer for names too long to be
from pathlib import Path as File

from rulecheck.facts.problem import InvalidFacts
from rulecheck.facts.records.source import ANY, FORMATS, Source

PARQUET = ".parquet"
MOST_FILES = 10_000
_BLOCK = 1 << 20


def is_several(path: File) -> bool:
    """Whether a path is a folder, or a pattern such as ``cases/*.parquet``; a file of exactly that name comes first."""
    if isdir(path):
        return FORMATS.get(path.suffix.lower(), "parquet") == "parquet"
    return ANY in path.name and not exists(path)


def files_of(source: Source) -> tuple[File, ...]:
    """The files of the table, one at least. Raises InvalidFacts.

    Of a folder all files are meant, so that none is left out unseen; but those whose names begin with ``.`` or ``_``, which
    Spark writes beside its data.
    """
    path = source.path
    if not is_several(path):
        return (path,)
    folder, pattern = (path, ANY) if isdir(path) else (path.parent, path.name)
    try:
        there = sorted((entry for entry in folder.iterdir() if entry.name[0] not in "._"), key=lambda entry: entry.name)
    except OSError as error:
        raise unreadable(source, error) from None
    wanted = re.compile(".*".join(map(re.escape, pattern.split(ANY))), re.DOTALL)
    found = [entry for entry in there if wanted.fullmatch(entry.name)]
    for entry in found:
        if entry.suffix.lower() != PARQUET or entry.is_dir():
            raise source.refused(
                "`{file}` holds `{entry}`, which is no Parquet file",
                "keep only Parquet files there, or name them with a pattern: cases/*.parquet",
                entry=entry.name,
            )
    if not found:
        raise source.refused("there are no Parquet files in `{file}`", "check the path")
    if len(found) > MOST_FILES:
        raise source.refused(
            "`{file}` has more than {most} files", "export the table into fewer files", most=MOST_FILES
        )
    return tuple(found)


def content_hash(source: Source) -> str:
    """SHA-256 of the file, read in blocks; of several, that of the lines ``sha256sum`` prints of them. Raises InvalidFacts.

    So ``cd cases && LC_ALL=C sha256sum *.parquet | sha256sum`` gives the same.
    """
    from hashlib import sha256  # OpenSSL's: for large files it is several times as fast as the one without

    files = files_of(source)
    if not is_several(source.path):
        return _hash_of(source, files[0])
    lines = (f"{_hash_of(source, file)}  {file.name}\n" for file in files)
    return sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _hash_of(source: Source, file: File) -> str:
    from hashlib import sha256

    digest, empty = sha256(), True
    try:
        for block in _blocks(file):
            digest.update(block)
            empty = False
    except OSError as error:
        raise unreadable(source, error) from None
    if empty:
        raise source.refused("the case records `{file}` are empty", "export the table again, with its headings")
    return digest.hexdigest()


def _blocks(path: File) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            yield block


def unreadable(source: Source, error: OSError) -> InvalidFacts:
    """A file that the system does not let us read."""
    reason = (error.strerror or str(error)).lower()
    return source.refused("the case records `{file}` cannot be read: {reason}", "check the path", reason=reason)
