"""Whatever is said of a case, it is said in every language, and with the same numbers."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis.strategies import decimals, fractions, sampled_from
from rulecheck.cli.language import LANGUAGES, Language, language
from rulecheck.facts.quantity import exact

from tests.generators import Case, cases
from tests.properties.laws import examples, judge
from tests.test_messages import differences


@examples(150)
@given(cases())
def test_the_languages_say_the_same_numbers(case: Case) -> None:
    """The numbers of each sentence, with their separators and months written alike, are the same in all languages."""
    found, _ = differences(judge(case))
    assert not found


def read(shown: str, language: Language) -> Fraction:
    """The number a reader sees."""
    return Fraction(shown.replace(language.group, "").replace(language.point, ".").replace("−", "-"))


NUMBERS = fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**9)


@examples(400)
@given(NUMBERS, sampled_from(LANGUAGES))
def test_what_has_to_be_kept_to_is_told_on_its_safe_side(number: Fraction, code: str) -> None:
    """Whoever keeps to the number shown keeps to the exact one, and loses less than a hundredth by it."""
    speaker = language(code)
    most, least = read(speaker.at_most(number), speaker), read(speaker.at_least(number), speaker)
    assert number - Fraction(1, 100) < most <= number <= least < number + Fraction(1, 100)


@examples(400)
@given(decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=12), sampled_from(LANGUAGES))
def test_a_bound_is_told_with_all_its_decimals(number: Decimal, code: str) -> None:
    speaker = language(code)
    assert read(speaker.exact(exact(Fraction(number)), 0), speaker) == Fraction(number)


@examples(400)
@given(NUMBERS, fractions(max_value=Fraction(1, 10**4), min_value=Fraction(1, 10**30)), sampled_from(LANGUAGES))
def test_numbers_that_differ_never_look_equal(number: Fraction, apart: Fraction, code: str) -> None:
    speaker = language(code)
    assert read(speaker.near(number + apart, number), speaker) > number
    assert read(speaker.near(number - apart, number), speaker) < number
