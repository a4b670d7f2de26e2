"""What people see, to the letter. `make golden` renews expected/; read the difference before committing it."""

from pathlib import Path

import pytest

from tests.command import EXAMPLES, ROOT, called, golden

EXPECTED = Path(__file__).parent / "expected"
POLICE = "examples/dk-politiet-2024"
NO_112 = "examples/no-112/facts.json --plan examples/no-112/plan.yaml"
RECORDS = "examples/dk-politiet-2024-records/facts.json"
AMENDED = "tests/golden/amended.json --plan tests/plans/amended.yaml"
BESIDE = "tests/cases/dk-politiet-2024/1.1-a-waiver-beside-an-override.json"
STRATEGY, DRUGS = "examples/se-polisen-strategi-2024", "examples/se-polisen-narkotika"
COMMANDS = {
    "q1-en.txt": f"evaluate {POLICE}/2024-Q1.json --lang en",
    "q2-en.txt": f"evaluate {POLICE}/2024-Q2.json --lang en",
    "q2-as-known-in-july-da.txt": f"evaluate {POLICE}/2024-Q4.json --as-of 2024-Q2 --known-at 2024-07-10 --lang da",
    "q3-da.txt": f"evaluate {POLICE}/2024-Q3.json --lang da",
    "q3-en.txt": f"evaluate {POLICE}/2024-Q3.json --lang en",
    "q4-da.txt": f"evaluate {POLICE}/2024-Q4.json --lang da",
    "q4-sv.txt": f"evaluate {POLICE}/2024-Q4.json --lang sv",
    "q4-nb.txt": f"evaluate {POLICE}/2024-Q4.json --lang nb",
    "q4.json": f"evaluate {POLICE}/2024-Q4.json --format json",
    "q3.jsonl": f"evaluate {POLICE}/2024-Q3.json --format jsonl",
    "q4-da.csv": f"evaluate {POLICE}/2024-Q4.json --format csv --lang da",
    "q3-en.md": f"evaluate {POLICE}/2024-Q3.json --format md --lang en",
    "q4-part-two-en.md": f"evaluate {POLICE}/2024-Q4.json --target 2.* --format md --lang en",
    "records-en.txt": f"evaluate {RECORDS} --lang en",
    "records-explain-1.1-da.txt": f"explain 1.1 {RECORDS} --lang da",
    "records-measure-sv.txt": f"facts measure {RECORDS} --dimension department --lang sv",
    "records-as-aggregates-nb.txt": "evaluate examples/dk-politiet-2024-records/aggregates.json --lang nb",
    "no-112-en.txt": f"evaluate {NO_112} --lang en",
    "no-112-nb.txt": f"evaluate {NO_112} --lang nb",
    "no-112.json": f"evaluate {NO_112} --format json",
    "amended-en.txt": f"evaluate {AMENDED} --lang en",
    "explain-1.1-q3-da.txt": f"explain 1.1 {POLICE}/2024-Q3.json --lang da",
    "explain-1.2-q4-en.txt": f"explain 1.2 {POLICE}/2024-Q4.json --lang en",
    "explain-2.2-q3-en.txt": f"explain 2.2 {POLICE}/2024-Q3.json --lang en",
    "explain-2.3-q4-da.txt": f"explain 2.3 {POLICE}/2024-Q4.json --lang da",
    "explain-2.4-q3-sv.txt": f"explain 2.4 {POLICE}/2024-Q3.json --lang sv",
    "explain-4.2-q4-nb.txt": f"explain 4.2 {POLICE}/2024-Q4.json --lang nb",
    "explain-5.1-q4-en.txt": f"explain 5.1 {POLICE}/2024-Q4.json --lang en",
    "explain-3.2-promise-en.txt": "explain 3.2 --plan dk-politiet-2024 --lang en",
    "explain-amended-1.1-en.txt": f"explain 1.1 {AMENDED} --lang en",
    "whatif-q3-en.txt": f"whatif {POLICE}/2024-Q3.json --set case_days/2024-Q4=165.2*48000 --set polsas_in_use/faeroerne=2024-12-20 --set polsas_in_use/groenland=2024-12-01 --lang en",
    "whatif-q3-sv.txt": f"whatif {POLICE}/2024-Q3.json --set legacy_analysis_completed=never --set forecast:case_days/2024=200000 --lang sv",
    "whatif-q3.json": f"whatif {POLICE}/2024-Q3.json --set hearing_replies_in_time/2024-Q4=110/115 --format json --lang en",
    "reach-q3-da.txt": f"whatif {POLICE}/2024-Q3.json --reach 90 --lang da",
    "reach-q3.json": f"whatif {POLICE}/2024-Q3.json --reach 95 --format json",
    "reach-q4-nb.txt": f"whatif {POLICE}/2024-Q4.json --reach 90 --lang nb",
    "forecast-en.txt": f"forecast {POLICE}/2024-Q3-history.json --lang en",
    "forecast-da.txt": f"forecast {POLICE}/2024-Q3.json --futures 2000 --lang da",
    "forecast-sv.txt": f"forecast {DRUGS}/2024-Q3.json --parameters {DRUGS}/parameters.yaml --futures 2000 --lang sv",
    "forecast.json": f"forecast {POLICE}/2024-Q3-history.json --futures 2000 --seed 7 --format json",
    "backtest-nb.txt": f"forecast {POLICE}/2024-Q3-history.json --backtest --futures 2000 --lang nb",
    "prove-en.txt": "plans prove dk-politiet-2024 --lang en",
    "prove-narkotika-da.txt": "plans prove se-polisen-narkotika --target 2.1-1 --z3 --lang da",
    "prove-2.2-missed.json": "plans prove dk-politiet-2024 --facts missed --target 2.2",
    "prove-2.2-fulfilled.json": "plans prove dk-politiet-2024 --facts fulfilled --target 2.2",
    "compare-sv.txt": "plans compare tests/plans/amended.yaml dk-politiet-2024 --lang sv",
    "help-forecast-da.txt": "forecast --help --lang da",
    "whatif-list-nb.txt": f"whatif {STRATEGY}/2024-Q3.json --parameters {STRATEGY}/parameters.yaml --set utsatta_omraden/2024-12-31=Alby;Rosengård --lang nb",
    "strategi-2.3-bokslut-da.txt": f"explain 2.3 {STRATEGY}/2025-bokslut.json --parameters {STRATEGY}/parameters.yaml --lang da",
    "strategi-2.1-bokslut-sv.txt": f"explain 2.1 {STRATEGY}/2025-bokslut.json --parameters {STRATEGY}/parameters.yaml --lang sv",
    "q3-robustness.json": f"evaluate {POLICE}/2024-Q3.json --target 1.* --format json --robustness",
    "beside-en.txt": f"evaluate {BESIDE} --lang en",
    "beside-da.md": f"evaluate {BESIDE} --lang da --format md",
    "beside-nb.csv": f"evaluate {BESIDE} --lang nb --format csv --target 1.1,4.2",
    "beside.json": f"evaluate {BESIDE} --format json --target 1.1,4.2",
    "explain-beside-1.1-sv.txt": f"explain 1.1 {BESIDE} --lang sv",
    "explain-beside-1.1-expired-en.txt": f"explain 1.1 {BESIDE} --lang en --as-of 2025-07-01",
    "strategi-q3-sv.txt": f"evaluate {STRATEGY}/2024-Q3.json --parameters {STRATEGY}/parameters.yaml --lang sv",
    "strategi-2.3-q4-sv.txt": f"explain 2.3 {STRATEGY}/2024-Q4.json --lang sv",
    "strategi-G-bokslut-en.txt": f"explain G {STRATEGY}/2025-bokslut.json --lang en",
    "narkotika-q3-nb.txt": f"evaluate {DRUGS}/2024-Q3.json --parameters {DRUGS}/parameters.yaml --lang nb",
    "narkotika-bokslut-da.txt": f"evaluate {DRUGS}/2025-bokslut.json --parameters {DRUGS}/parameters.yaml --lang da",
    "narkotika-2.2-2-q2-sv.txt": f"explain 2.2-2 {DRUGS}/2024-Q2.json --parameters {DRUGS}/parameters.yaml --lang sv",
    "plans-list-en.txt": "plans list --lang en",
    "plans-show-da.txt": "plans show dk-politiet-2024 --lang da",
    "template-da.json": "facts template --plan dk-politiet-2024 --lang da",
    "missing-q3-da.txt": "facts missing tests/golden/gaps.json --as-of 2024-Q3 --lang da",
    "missing-q4-en.txt": "facts missing tests/golden/gaps.json --as-of 2025-02-01 --lang en",
    "missing-q4.json": "facts missing tests/golden/gaps.json --as-of 2025-02-01 --format json",
    "help-facts-sv.txt": "facts --help --lang sv",
    "help-facts-convert-nb.txt": "facts convert --help --lang nb",
    "help-new-target-da.txt": "new target --help --lang da",
    "help-plans-fmt-nb.txt": "plans fmt --help --lang nb",
    "new-plan-sv.yaml": "new plan resultatplan --period 2025 --lang sv -o -",
    "help.txt": "--help",
    "help-da.txt": "--help --lang da",
    "help-evaluate-da.txt": "evaluate --help --lang da",
    "help-explain-sv.txt": "explain --help --lang sv",
    "help-evaluate-nb.txt": "evaluate --help --lang nb",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_golden(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("COLUMNS", "100")
    found = called(capsys, *COMMANDS[name].split())
    assert found.code == 0, found.err
    assert bool(found.err) == (RECORDS in COMMANDS[name]), found.err
    golden(EXPECTED / name, found.out + found.err)


@pytest.mark.parametrize("code", ["da", "sv", "nb"])
def test_golden_mistakes(code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One mistake of each kind; the English ones stand in tests/bad."""
    monkeypatch.chdir(ROOT / "tests" / "bad")
    told = [called(capsys, "evaluate", f"facts/{name}.json", "--lang", code).err for name in ("many-at-once", "truncated", "unknown-target")]  # fmt: skip
    told += [called(capsys, "plans", "check", f"plans/{name}.yaml", "--lang", code).err for name in ("bounds", "event-cycle", "unknown-key", "versions")]  # fmt: skip
    golden(EXPECTED / f"mistakes-{code}.txt", "".join(told))


def test_every_expected_file_is_compared() -> None:
    written = {file.name for file in EXPECTED.iterdir()}
    assert written == {*COMMANDS, *(f"mistakes-{code}.txt" for code in ("da", "sv", "nb"))}


def test_every_example_is_shown() -> None:
    """In golden output, or in the README beside it, whose commands another test runs."""
    shown = " ".join(COMMANDS.values())
    for file in EXAMPLES.glob("*/*.json"):
        assert str(file.relative_to(ROOT)) in shown or file.name in (file.parent / "README.md").read_text("utf-8"), file
