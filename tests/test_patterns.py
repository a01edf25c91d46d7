"""Bad input costs no more than good: no pattern of the package goes over the same words again and again."""

from __future__ import annotations

import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

from tests.patterns import Found, module_patterns, too_fast


@pytest.mark.promesse(
    "Texte piégé", "Le temps de lecture croît comme le texte", "Chaque motif du paquet contre des textes faits pour lui"
)
def test_every_pattern_grows_with_its_text_and_no_faster(repository: Path) -> None:
    command = [sys.executable, "-m", "tests.patterns"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.mark.parametrize("pattern", ["[ab]+c", r"x(\w+)\s*\w*=", r"\s*[;|]", r"# (.+?)[#\s]*$"])
def test_the_judge_sees_what_backtracks(pattern: str) -> None:
    assert too_fast(Found("", re.compile(pattern), frozenset({"search"})))


def test_the_judge_lets_pass_what_reads_once() -> None:
    assert too_fast(Found("", re.compile(r"(?<!\d)\d++,"), frozenset({"search"}))) is None


def test_patterns_are_found_wherever_they_are_written(tmp_path: Path) -> None:
    text = (
        "import re\nHEAD = re.compile('a+')\nPAIRS = ((re.compile('b+'), 1),)\n"
        "def read(text, mark):\n    return re.sub(rf'{mark}c+', '', text) + HEAD.fullmatch(text)[0]\n"
    )
    (tmp_path / "autre.py").write_text(text, encoding="utf-8")
    module = types.ModuleType("autre")
    module.__file__ = str(tmp_path / "autre.py")
    exec(text, vars(module))
    found = {found.pattern.pattern: found.methods for found in module_patterns(module)}
    assert found == {"a+": {"fullmatch"}, "b+": {"search"}, "xc+": {"sub"}}
