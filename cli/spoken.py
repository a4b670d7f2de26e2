"""Help, usage lines and click's own messages in the reader's language.

Texts of commands and options are written in English and looked up when they are read, so that help, usage errors and
shell completion all speak the same language, and importing a command costs nothing. What click says itself goes through
the same catalogues. Here is also decided which language that is.
"""

import os
from collections.abc import Callable
from functools import cache
from inspect import cleandoc
from itertools import pairwise
from typing import Any, TypeVar

import click
from rulecheck.cli.language import LANGUAGES, Language, from_locale, language
from rulecheck.cli.settings import setting

F = TypeVar("F", bound=Callable[..., Any])

CLICK = (
    "Usage:",
    "Options",
    "Commands",
    "Show this message and exit.",
    "required",
    "default: {default}",
    "Error: {message}",
    "Try '{command} {option}' for help.",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "Missing argument",
    "Missing option",
    "Missing command.",
    "Choose from:\n\t{choices}",
    "No such option {name!r}.",
    "No such command {name!r}.",
    "Option {name!r} does not take a value.",
)
"""What click says of our commands; a test holds these texts to click's source."""
CLICK_COUNTED = (
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
)
METAVARS = ("[OPTIONS]", "COMMAND [ARGS]...")

_arguments: list[str] = []
_told: list[str] = []


def listen(arguments: list[str]) -> None:
    """Begin a run with these arguments: what was known of the language is forgotten."""
    _arguments[:] = arguments
    _told.clear()
    chosen.cache_clear()


@cache
def chosen() -> str | None:
    """The reader's language, if one was asked for: ``--lang``, else the settings, else the locale.

    It is read off the command line before click reads it, because click may have something to complain of.
    """
    return _flag() or _ours(os.environ.get("RULECHECK_LANG")) or _ours(setting("lang")) or from_locale()


def _ours(code: object) -> str | None:
    return next((known for known in LANGUAGES if known == code), None)


def _flag() -> str | None:
    ours = _arguments[: _arguments.index("--")] if "--" in _arguments else _arguments
    found = [after for word, after in pairwise(ours) if word == "--lang"]
    found += [word.removeprefix("--lang=") for word in ours if word.startswith("--lang=")]
    return _ours(found[-1]) if found else None


def use(code: str) -> None:
    """From here on speak this language: nobody asked for one, and the plan has its own."""
    _told[:] = [code]


def speaker() -> Language:
    """Whoever speaks to the reader: in the language asked for, else in the plan's where it is known, else in English."""
    return language(chosen() or (_told[0] if _told else "en"))


def say(message: str, **values: object) -> str:
    """The message, filled in, in the reader's language."""
    return speaker().say(message, **values)


def paragraphs(text: str) -> list[str]:
    """A help text's paragraphs, which are translated one by one. One that begins with click's mark ``\\b`` keeps its lines."""
    return [part.removeprefix("\b\n") for part in cleandoc(text).split("\n\n")]


def _said(text: str) -> str:
    return speaker().text(text)


def _said_in_number(one: str, many: str, number: int) -> str:
    return speaker().forms(one, many)[number != 1]


for _module in (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.types):
    for _name, _function in (("_", _said), ("ngettext", _said_in_number)):
        if hasattr(_module, _name):
            setattr(_module, _name, _function)


class Spoken:
    """An attribute that is written in English and read in the reader's language."""

    def __set_name__(self, _: type, name: str) -> None:
        self.key = f"english_{name}"

    def __get__(self, owner: object, _: type) -> str | None:
        text: str | None = owner.__dict__.get(self.key)
        if not text or speaker().code == "en":
            return text
        parts = cleandoc(text).split("\n\n")
        return "\n\n".join(
            "\b\n" + _said(part.removeprefix("\b\n")) if part.startswith("\b\n") else _said(part) for part in parts
        )

    def __set__(self, owner: object, text: str | None) -> None:
        owner.__dict__[self.key] = text


class Option(click.Option):
    """An option whose help speaks the reader's language."""

    help = Spoken()
    metavar = Spoken()


class Argument(click.Argument):
    """An argument whose name speaks the reader's language."""

    metavar = Spoken()


class Command(click.Command):
    """A command whose help speaks the reader's language."""

    help = Spoken()
    epilog = Spoken()
    options_metavar = Spoken()

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """click's. Help and version are shown here; where they cannot be, that is no bug of ours and no verdict."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except OSError as error:
            from rulecheck.cli.output import unprintable

            told = unprintable(error)
            raise click.exceptions.Exit(0) if isinstance(error, BrokenPipeError) else told from None

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """click makes it once; its text is that of this run."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _said("Show this message and exit.")
        return option


class Group(Command, click.Group):
    """A group of such commands, which takes ``--lang`` as they do."""

    command_class = Command
    subcommand_metavar = Spoken()  # type: ignore[assignment]


def command(name: str) -> Callable[[Callable[..., Any]], Command]:
    """Like click's, its texts in the reader's language."""
    return click.command(name, cls=Command)


def group(
    name: str, cls: type[Group] = Group, epilog: str | None = None, **settings: Any
) -> Callable[[Callable[..., Any]], Group]:
    """Like click's, its texts in the reader's language, and with a ``--lang`` that is for the commands in it too."""

    def made(function: Callable[..., Any]) -> Group:
        with_language = lang_option(expose_value=False)(function)
        return click.group(name, cls=cls, epilog=epilog, **settings)(with_language)

    return made


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """Like click's, its texts in the reader's language."""
    return click.option(*names, cls=Option, **settings)


def argument(*names: str, **settings: Any) -> Callable[[F], F]:
    """Like click's, its name in the reader's language."""
    return click.argument(*names, cls=Argument, **settings)


def lang_option(**settings: Any) -> Callable[[F], F]:
    """``--lang``. What it chose, ``chosen`` knows; click only checks that it is one of ours."""
    return option(
        "--lang",
        type=click.Choice(LANGUAGES),
        is_eager=True,
        help="The language; by default the locale's, else the plan's.",
        **settings,
    )
