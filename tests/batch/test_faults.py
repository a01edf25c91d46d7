"""Nothing is lost: kill -9 anywhere and at any moment, hogs, full disks; a rerun finds its way back to the same site."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from citesresearch.batch import Ledger, Limits, run_batch
from citesresearch.batch.folders import UNFINISHED
from citesresearch.engine.run import Run

WriteNotebook = Callable[..., Path]
PAGES = 8
# What `citesresearch run` does, on notebooks that take a tenth of a second.
SCRIPT = """
import sys
from pathlib import Path
from citesresearch.batch import Ledger, Run, run_batch
from citesresearch.batch.freshness import states

build, notebook, exporter = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
runs = [Run("publique", "monographie", f"cde-{n:03d}", notebook, {"cite": f"cde-{n:03d}", "campagne": "publique"})
        for n in range(int(sys.argv[4]))]
needs = {run.id: {"notebook": {"m": "1"}} for run in runs}
path = build / "publique" / "registre.sqlite"
ledger = Ledger(path) if path.exists() else None
due = [run for run in runs if states(runs, needs, ledger, build)[run.id].due]
if ledger:
    ledger.close()
report = run_batch(due, build, exporter=exporter, warmer="", needs=needs, planned=list(needs))
print(report.summary())
sys.exit(report.exit_code)
"""


def left(build: Path) -> dict[str, bytes]:
    """All that a batch leaves, save its ledger."""
    files = (p for p in build.rglob("*") if p.is_file() and p.suffix in (".html", ".ipynb", ".log"))
    return {p.relative_to(build).as_posix(): p.read_bytes() for p in files}


def family(pid: int) -> list[int]:
    """A process and all its descendants, those in sessions of their own too."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:
                continue
    return found


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def killed_at_random(folder: Path, notebook: Path, exporter: str, kills: int, seed: int) -> None:
    """Kill one process of the batch's family, any one, `kills` times; then let it end, and compare."""
    drawn = random.Random(seed)
    script = folder / "lot.py"
    script.write_text(SCRIPT, encoding="utf-8")

    def start(build: Path) -> subprocess.Popen[str]:
        command = [sys.executable, str(script), str(build), str(notebook), exporter, str(PAGES)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder)

    began = time.monotonic()
    with start(folder / "calme") as calm:
        assert calm.wait() == 0, calm.communicate()[0]
    usual = time.monotonic() - began
    expected = left(folder / "calme")
    assert len(expected) == 2 * PAGES
    build = folder / "secoué"
    done = 0
    while done < kills:
        with start(build) as process:
            time.sleep(drawn.uniform(0.05, usual))
            alive = family(process.pid)
            done += 1
            # The batch itself every other time; else whoever is at work: warm process, worker, cells.
            victim = process.pid if done % 2 or len(alive) == 1 else drawn.choice(alive[1:])
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            process.communicate(timeout=60)
        deadline = time.monotonic() + 10
        while not all(map(gone, alive)):
            assert time.monotonic() < deadline, "processes were left behind"
            time.sleep(0.02)
        for name, content in left(build).items():
            if name.endswith(".html") and UNFINISHED not in name:  # at any moment: a whole page or none
                assert content == expected[name], name
        if done % 7 == 0 and process.returncode == 0:
            (build / "publique" / "registre.sqlite").unlink(missing_ok=True)  # from the beginning again
    for _ in range(2):  # a run whose process was killed twice is a failure, which the next batch mends
        with start(build) as process:
            said = process.communicate(timeout=60)[0]
    assert process.returncode == 0, said
    assert left(build) == expected
    assert not (build / "publique" / "en_cours").exists()
    with Ledger(build / "publique" / "registre.sqlite") as ledger:
        assert ledger.notice is None
        assert len(ledger.good()) == PAGES


@pytest.mark.promesse(
    "Commande tuée",
    "Aucune page à moitié écrite ; relancer donne les mêmes pages",
    "Lot tué trois fois à des moments tirés au hasard, puis repris",
)
def test_a_few_kills_leave_the_same_site(tmp_path: Path, notebook: WriteNotebook, exporter: str) -> None:
    path = notebook("m.ipynb", "import time\ntime.sleep(0.05)", "print(cite)")
    killed_at_random(tmp_path, path, exporter, 3, 1)


@pytest.mark.promesse(
    "Commande tuée",
    "Aucune page à moitié écrite ; relancer donne les mêmes pages",
    "Lot tué à répétition, trois tirages",
)
@pytest.mark.torture
@pytest.mark.parametrize("seed", range(3))
def test_many_kills_leave_the_same_site(tmp_path: Path, notebook: WriteNotebook, exporter: str, seed: int) -> None:
    path = notebook("m.ipynb", "import time\ntime.sleep(0.05)", "print(cite)")
    killed_at_random(tmp_path, path, exporter, 25, seed)


def one(path: Path, build: Path, exporter: str, limits: Limits) -> str:
    """The message of a run that fails."""
    asked = Run("publique", "monographie", "cde-001", path, {"cite": "cde-001", "campagne": "publique"})
    report = run_batch([asked], build, exporter=exporter, warmer="", limits=limits)
    (attempt,) = report.attempts
    assert attempt.outcome == "echec"
    assert asked.outputs(build).partial.read_text("utf-8").count("avant") >= 1  # what had been done is there to read
    return attempt.message.replace("\u00a0", " ")


@pytest.mark.promesse("Mémoire", "Arrêtée à la limite permise, et dite", "Cellule qui prend toujours plus de mémoire")
def test_a_memory_hog_is_ended(tmp_path: Path, notebook: WriteNotebook, exporter: str) -> None:
    hog = "kept = []\nwhile True:\n    kept.append(bytearray(b'x' * 10_000_000))\n    time.sleep(0.005)"
    path = notebook("ogre.ipynb", "import time\nprint('avant')", hog)
    assert "plus de 400 Mo de mémoire" in one(path, tmp_path / "build", exporter, Limits(megabytes=400))


def test_cells_that_die_keep_what_they_had_shown(tmp_path: Path, notebook: WriteNotebook, exporter: str) -> None:
    path = notebook("mort.ipynb", "import os\nprint('avant')", "os.kill(os.getpid(), 9)")
    assert "s’est arrêté brutalement" in one(path, tmp_path / "build", exporter, Limits())


def test_a_worker_killed_once_is_replaced(tmp_path: Path, notebook: WriteNotebook, exporter: str) -> None:
    mark = tmp_path / "tué"
    cell = f"import os, pathlib\nmark = pathlib.Path({str(mark)!r})\nif not mark.exists():\n    mark.touch()\n    os.kill(os.getppid(), 9)"
    path = notebook("tue.ipynb", cell, "print(cite)")
    asked = Run("publique", "monographie", "cde-001", path, {"cite": "cde-001", "campagne": "publique"})
    assert run_batch([asked], tmp_path / "build", exporter=exporter, warmer="").exit_code == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "petit"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only the administrator of a Linux machine can mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.promesse(
    "Disque plein",
    "Ce qui est terminé est gardé, le reste est dit, la commande finit",
    "Petit disque rempli pendant le lot",
)
def test_a_disk_that_fills_up_keeps_what_is_whole(
    small_disk: Path, notebook: WriteNotebook, exporter: str, tmp_path: Path
) -> None:
    path = notebook("gros.ipynb", "print(cite * 8_000)")
    runs = [
        Run("publique", "monographie", f"cde-{n:03d}", path, {"cite": f"cde-{n:03d}", "campagne": "publique"})
        for n in range(12)
    ]
    report = run_batch(runs, small_disk, exporter=exporter, warmer="", workers=1)
    assert "disque" in report.summary()
    assert report.exit_code == 1
    assert 0 < len(report.succeeded) < 12
    for attempt in report.succeeded:
        assert "</pre>" in (small_disk / "publique" / "pages" / f"{attempt.id}.html").read_text("utf-8")
    assert len(list((small_disk / "publique" / "pages").iterdir())) == len(report.succeeded)
    # With room again, the batch goes to its end.
    subprocess.run(["mount", "-o", "remount,size=9m", str(small_disk)], check=True)
    assert run_batch(runs, small_disk, exporter=exporter, warmer="").exit_code == 0
