"""What somebody at a terminal sees while work takes more than a second: how far it is, and for how long it has been going on."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rulecheck.cli.language import Language

PATIENCE = 1.0
"""Seconds before anything is shown, and between two signs of life."""
WIDTH = 20
Tell = Callable[[str, int, int], None]
"""Takes what is being worked on, its number, and how many there are."""


@contextmanager
def progress(speaker: Language) -> Iterator[Tell]:
    """Shows a bar on standard error, if that is a terminal, from the first second on; nothing of it stays there."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield lambda *_: None
        return
    done, started, doing = threading.Event(), time.monotonic(), [""]

    def tick() -> None:
        while not done.wait(PATIENCE):
            seconds = int(time.monotonic() - started)
            click.echo(f"\r\x1b[K{doing[0]} {seconds} s", err=True, nl=False)

    def tell(what: str, number: int, count: int) -> None:
        told = speaker.say("{number} of {count}: {measure} …", number=number, count=count, measure=what)
        doing[0] = f"{bar(number - 1, count)} {told}"

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        done.set()
        thread.join()
        if time.monotonic() - started >= PATIENCE:
            click.echo("\r\x1b[K", err=True, nl=False)


def bar(done: int, count: int) -> str:
    """So much of it, in signs that every terminal has."""
    full = WIDTH * done // max(count, 1)
    return f"[{'#' * full}{'.' * (WIDTH - full)}]"
