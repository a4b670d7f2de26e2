"""Whatever is said of a case, it is said in every language, and with the same numbers."""

from hypothesis import given

from tests.generators import Case, cases
from tests.properties.laws import examples, judge
from tests.test_messages import differences


@examples(150)
@given(cases())
def test_the_languages_say_the_same_numbers(case: Case) -> None:
    """The numbers of each sentence, with their separators and months written alike, are the same in all languages."""
    found, _ = differences(judge(case))
    assert not found
