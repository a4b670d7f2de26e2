"""Law 14. Finding and checking are written twice, and a third time as a naive reference; all must agree."""

from hypothesis import given

from tests.differential.minds import judged
from tests.generators import Case, cases
from tests.properties.laws import examples


@examples(500)
@given(cases())
def test_law_14_two_minds_agree(case: Case) -> None:
    """durable-rules, the rule table in plain Python and the reference give the same verdict on every input.

    The two engines that build proofs give the same proof, and the checker accepts it. (Another ten thousand cases, made
    from seeds, are compared in tests/differential.)
    """
    assert judged(case).mismatches() == []
