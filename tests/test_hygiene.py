"""What must never be committed: personal data, machine paths, registry hosts, built or heavy files."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path, PurePosixPath

import pytest

MAX_BYTES = 1_000_000

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Ten digits of a French number, alone or by twos; not the end of a longer number.
PHONE = re.compile(r"(?<![\d.,])(?:\+33[\s.]?|0)[1-9](?:[\s.\-]?\d{2}){4}(?![\d])")
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:home|Users|root|work)/[\w.]|[A-Z]:\\Users\\")
REGISTRY = re.compile(
    r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|conda\.anaconda\.org)\b"
    r"|https?://[^\s\"'<>)]*/(?:simple/|packages/[0-9a-f]{2}/)"
    r"|--(?:extra-)?index-url[ =]\S"
)
BUILT = re.compile(
    r"^(?:build|dist|\.venv)/|^data/processed/(?!README\.md$)|__pycache__|\.ipynb_checkpoints|\.pyc$|\.egg-info|\.sqlite$"
)
ROOMS_FOR_NOTHING = {"utils", "util", "helpers", "misc", "common"}


def git_files(repository: Path, *options: str) -> list[str]:
    run = subprocess.run(
        ["git", "-C", str(repository), "ls-files", "-z", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        pytest.skip(f"not a git repository: {run.stderr.strip()}")
    return [name for name in run.stdout.split("\0") if name and (repository / name).is_file()]


@pytest.fixture(scope="module")
def files(repository: Path) -> list[str]:
    """What is committed, and what would be with `git add .`."""
    return git_files(repository, "--cached", "--others", "--exclude-standard")


@pytest.fixture(scope="module")
def texts(repository: Path, files: list[str]) -> dict[str, str]:
    """Text of each file that is text."""
    found = {}
    for name in files:
        content = (repository / name).read_bytes()
        if b"\0" not in content:
            found[name] = content.decode("utf-8", errors="replace")
    return found


def matches(pattern: re.Pattern[str], texts: dict[str, str]) -> list[str]:
    """Each match as `file:line: what`."""
    return [
        f"{name}:{number}: {hit.group()}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        for hit in pattern.finditer(line)
    ]


def test_the_stamp_of_generated_data_is_written_once(texts: dict[str, str]) -> None:
    inside = {name: text for name, text in texts.items() if name.startswith("src/")}
    assert [hit.partition(":")[0] for hit in matches(re.compile(r"(?i)données de démonstration \(synth"), inside)] == [
        "src/citesresearch/french.py"
    ]


def does_nothing(statement: ast.stmt) -> bool:
    """Whether a statement is `pass`, `...` or a mere text."""
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def swallowed(text: str) -> list[int]:
    """Lines of handlers that catch everything by a bare `except:`, or catch any Exception and do nothing."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (ast.unparse(node.type) in ("Exception", "BaseException") and all(map(does_nothing, node.body)))
        )
    ]


@pytest.mark.parametrize("pattern", [EMAIL, PHONE], ids=["e-mail", "phone"])
def test_no_contact_details_in_the_data(texts: dict[str, str], pattern: re.Pattern[str]) -> None:
    data = {name: text for name, text in texts.items() if name.startswith("data/")}
    assert data
    assert matches(pattern, data) == []


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "registry host"])
def test_nothing_of_one_machine(texts: dict[str, str], pattern: re.Pattern[str]) -> None:
    assert matches(pattern, texts) == []


def test_no_heavy_file(repository: Path, files: list[str]) -> None:
    assert [name for name in files if (repository / name).stat().st_size > MAX_BYTES] == []


def test_nothing_built_is_committed(repository: Path) -> None:
    assert [name for name in git_files(repository, "--cached") if BUILT.search(name)] == []


def test_no_room_for_anything(files: list[str]) -> None:
    assert [name for name in files if PurePosixPath(name).stem in ROOMS_FOR_NOTHING] == []


def test_nothing_is_swallowed(texts: dict[str, str]) -> None:
    faults = [f"{name}:{line}" for name, text in texts.items() if name.endswith(".py") for line in swallowed(text)]
    assert faults == []


def test_file_names_are_portable(files: list[str]) -> None:
    assert [name for name in files if not re.fullmatch(r"[A-Za-z0-9._/@-]+", name)] == []


@pytest.mark.parametrize(
    ("pattern", "text", "seen"),
    [
        (EMAIL, "contact : prenom.nom@ville" + ".fr", True),
        (EMAIL, "echelle satisfaction@1", False),
        (PHONE, "tél. 04 76 00" + " 00 00", True),
        (PHONE, "tél. 04760" + "00000", True),
        (PHONE, "+33 4.76.00" + ".00.00", True),
        (PHONE, "population 1 204 760 000, part 0.476000000", False),
        (MACHINE_PATH, "lu dans /" + "home/jeanne/cites", True),
        (MACHINE_PATH, "lu dans C:" + "\\Users\\jeanne", True),
        (MACHINE_PATH, "https://exemple.fr/" + "home/accueil", False),
        (REGISTRY, "--index-" + "url https://exemple.fr", True),
        (REGISTRY, "https://exemple.fr/" + "simple/pandas", True),
        (REGISTRY, "https://files.python" + "hosted.org/pandas.whl", True),
        (REGISTRY, "https://exemple.fr/pandas", False),
        (BUILT, "data/processed/publique/estimates.parquet", True),
        (BUILT, "data/processed/README.md", False),
        (BUILT, "build/site/index.html", True),
        (BUILT, "src/citesresearch/data/reading.py", False),
    ],
)
def test_the_patterns_see_what_they_should(pattern: re.Pattern[str], text: str, seen: bool) -> None:
    assert bool(pattern.search(text)) is seen


@pytest.mark.parametrize(
    ("handler", "seen"),
    [
        ("except:\n    print(1)", True),
        ("except Exception:\n    pass", True),
        ("except BaseException as error:\n    ...", True),
        ("except UnicodeDecodeError:\n    pass", False),
        ("except ValueError:\n    print(1)", False),
    ],
)
def test_a_swallowed_exception_is_seen(handler: str, seen: bool) -> None:
    assert bool(swallowed(f"try:\n    x = 1\n{handler}")) is seen
