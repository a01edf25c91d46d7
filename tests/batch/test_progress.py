"""What people see while a batch runs, and at its end."""

from __future__ import annotations

import io
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from citesresearch.batch.ledger import Attempt
from citesresearch.batch.progress import Progress, ProgressLine
from citesresearch.batch.report import BatchReport, stop_sentence
from citesresearch.engine.run import Run
from citesresearch.french import duration

ATTEMPT = Attempt("b1", "monographie", "cde-003", "", "", 2.5, "reussi", "", "ab", "cd", "0.1.0", "0123456789ab")
FAILED = replace(ATTEMPT, outcome="echec", message="La cellule [3] a échoué")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def runs(count: int) -> tuple[Run, ...]:
    return tuple(Run("publique", "monographie", f"cde-{n:03d}", Path("m.ipynb"), {}) for n in range(count))


def test_a_file_gets_what_fails_and_nothing_else() -> None:
    stream = io.StringIO()
    line = ProgressLine(stream)
    for done in range(85):
        line(Progress(done, 84, 0, 2.0 * done))
    assert stream.getvalue() == ""
    line(Progress(1, 2, 1, 3.0, FAILED, Path("journaux/cde-003.log")))
    line.close()
    assert (
        stream.getvalue() == "Échec de cde-003\u00a0: La cellule [3] a échoué (journal\u00a0: journaux/cde-003.log)\n"
    )


def test_a_terminal_gets_one_moving_line_and_the_failures() -> None:
    stream = Terminal()
    line = ProgressLine(stream)
    line(Progress(0, 2, 0, 0.0))
    line(Progress(1, 2, 1, 3.0, FAILED, Path("journaux/cde-003.log")))
    line.close()
    said = stream.getvalue()
    assert said.count("\n") == 2  # the failure's line, and the end of the moving one
    assert "\r\033[KÉchec de cde-003\u00a0: La cellule [3] a échoué (journal\u00a0: journaux/cde-003.log)\n" in said
    assert said.endswith("1/2, 1\u00a0échec, 20 par minute, reste environ 3,0\u00a0s\n")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(4.24, "4,2 s"), (9.96, "10 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (7620, "2 h 07 min")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds).replace("\u00a0", " ") == words


def test_the_summary_counts_and_names_the_failures() -> None:
    planned = (*runs(3), Run("publique", "synthese", "synthese", Path("s.ipynb"), {}))
    attempts = (
        replace(FAILED, id="cde-002"),
        replace(ATTEMPT, kind="synthese", id="synthese"),
        replace(FAILED, id="cde-000"),
        replace(ATTEMPT, id="cde-001"),
    )
    report = BatchReport(planned, attempts, Path("build"), 65.0)
    first, *rest = report.summary().replace("\u00a0", " ").splitlines()
    assert first == "3 monographies et 1 synthèse : 2 produites, 2 en échec, en 1 min 05 s."
    assert [line.split(" : ")[0].strip() for line in rest] == ["- cde-000", "journal", "- cde-002", "journal"]
    assert rest[1].endswith("build/publique/journaux/cde-000.log")
    assert report.exit_code == 1


def test_the_exit_code_says_how_it_ended() -> None:
    done = tuple(replace(ATTEMPT, id=run.id) for run in runs(2))
    assert BatchReport(runs(2), done, Path("b"), 1.0).exit_code == 0
    assert BatchReport(runs(2), done[:1], Path("b"), 1.0).exit_code == 1
    stopped = BatchReport(runs(2), done[:1], Path("b"), 1.0, stop_sentence(signal.SIGINT), signal.SIGINT)
    assert stopped.exit_code == 130
    assert "Ctrl-C" in stopped.summary()
    assert "1\u00a0non commencée" in stopped.summary()
