"""Real batches of tiny notebooks in real kernels: what fails, what survives, what is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from citesresearch.batch import BatchReport, Ledger, Limits, Progress, run_batch
from citesresearch.batch.folders import make_folders
from citesresearch.engine.run import Run
from citesresearch.errors import CitesError

WriteNotebook = Callable[..., Path]
BEHAVIOURS = """
import os, sys
from citesresearch.errors import CitesError
if cite == "cde-002":
    1 / 0
if cite == "cde-003":
    sys.exit()
if cite == "cde-004":
    os.kill(os.getpid(), 9)
if cite == "cde-005":
    raise CitesError("Aucune donnée pour cette Cité.")
if cite == "cde-006":
    while True:
        print("x" * 1000)
if cite == "cde-007":
    os.kill(os.getppid(), 9)
"""


def run(path: Path, number: int) -> Run:
    ident = f"cde-{number:03d}"
    return Run("publique", "monographie", ident, path, {"cite": ident, "campagne": "01004"})


def alive(pid: int) -> bool:
    """Whether a process runs (one that has died and waits for its parent does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(happened: object, seconds: float = 60) -> None:
    assert callable(happened)
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def messages(report: BatchReport) -> dict[str, str]:
    return {a.id: a.message.replace("\u00a0", " ") for a in report.attempts}


@pytest.mark.promesse(
    "Notebook en échec",
    "Les autres pages se font ; la page d’avant reste",
    "Huit notebooks : erreur, sortie, noyau tué, trop de texte…",
)
@pytest.mark.parametrize("engine", ["fourche", pytest.param("noyau", marks=pytest.mark.torture)])
def test_failures_stop_nobody_and_good_pages_survive(
    tmp_path: Path, notebook: WriteNotebook, exporter: str, engine: str
) -> None:
    """One long story, since kernels are slow to start: a batch with every kind of failure, then a rerun."""
    build, seen = tmp_path / "dossier à {nous}", list[Progress]()
    path = notebook("m.ipynb", "print(repr(cite), repr(campagne))", BEHAVIOURS, "print('fin')")
    report = run_batch(
        [run(path, n) for n in range(1, 9)],
        build,
        exporter=exporter,
        limits=Limits(output=200_000),
        warmer="",
        engine=engine,
        on_progress=seen.append,
        empreinte="0123456789ab",
    )
    assert sorted(a.id for a in report.succeeded) == ["cde-001", "cde-008"]
    assert report.exit_code == 1
    said = messages(report)
    assert said["cde-002"] == "La cellule [4] a échoué : ZeroDivisionError : division by zero"
    assert "a arrêté l’exécution (SystemExit)" in said["cde-003"]
    assert "noyau Python s’est arrêté brutalement" in said["cde-004"]
    assert said["cde-005"] == "Aucune donnée pour cette Cité."
    assert "plus de 200 000 caractères" in said["cde-006"].replace("\u202f", " ")
    assert "processus d’exécution s’est arrêté brutalement (signal 9)" in said["cde-007"]

    root = build / "publique"
    pages = sorted(p.name for p in (root / "pages").iterdir())
    assert pages == ["cde-001.html", "cde-008.html"]
    assert "'cde-001' '01004'\nfin\n" in (root / "pages" / "cde-001.html").read_text("utf-8")
    for n in range(2, 8):
        log = (root / "journaux" / f"cde-{n:03d}.log").read_text("utf-8")
        assert report.attempts[0].batch
        assert next(a for a in report.attempts if a.id == f"cde-{n:03d}").message in log
        assert "cde-" in (root / "journaux" / f"cde-{n:03d}.ipynb").read_text("utf-8")
    assert "ZeroDivisionError" in (root / "journaux" / "cde-002.ipynb").read_text("utf-8")
    assert "L’exécution s’est arrêtée" in (root / "journaux" / "cde-002.ipynb").read_text("utf-8")
    assert not (root / "en_cours").exists()
    assert [(p.done, p.total) for p in seen] == [(n, 8) for n in range(9)]
    assert seen[-1].failed == 6

    # Rerun: 1 now fails, 2 is mended, 8 is the same again.
    before = {n: p.read_bytes() for n in ("cde-001", "cde-008") for p in [root / "pages" / f"{n}.html"]}
    same_notebook = (root / "notebooks" / "cde-008.ipynb").read_bytes()
    broken = notebook("casse.ipynb", "raise ValueError('cassé')")
    mended = notebook("repare.ipynb", "print(cite)")
    again = run_batch(
        [run(broken, 1), run(mended, 2), run(path, 8)], build, exporter=exporter, warmer="", engine=engine
    )
    assert messages(again)["cde-001"] == "La cellule [3] a échoué : ValueError : cassé"
    assert (root / "pages" / "cde-001.html").read_bytes() == before["cde-001"]
    assert (root / "journaux" / "cde-001.log").exists()
    assert not (root / "journaux" / "cde-002.log").exists()
    assert not (root / "journaux" / "cde-002.ipynb").exists()
    assert (root / "pages" / "cde-008.html").read_bytes() == before["cde-008"]
    assert (root / "notebooks" / "cde-008.ipynb").read_bytes() == same_notebook

    with Ledger(root / "registre.sqlite") as ledger:
        latest = {key[1]: a for key, a in ledger.latest().items()}
        assert len(ledger.attempts()) == 11
        assert [a.outcome for a in ledger.attempts("cde-001")] == ["reussi", "echec"]
        first, second = ledger.attempts("cde-008")
    assert (first.page_sha256, first.notebook_sha256) == (second.page_sha256, second.notebook_sha256)
    assert (first.empreinte, latest["cde-002"].outcome, latest["cde-003"].outcome) == (
        "0123456789ab",
        "reussi",
        "echec",
    )


@pytest.mark.promesse("Cellule sans fin", "Arrêtée au bout de la durée permise, et dite", "Cellule qui ne finit pas")
@pytest.mark.parametrize("engine", ["fourche", pytest.param("noyau", marks=pytest.mark.torture)])
def test_an_endless_cell_is_ended(tmp_path: Path, notebook: WriteNotebook, exporter: str, engine: str) -> None:
    trace = tmp_path / "pid"
    cell = f"import os\nopen({str(trace)!r}, 'w').write(str(os.getpid()))\nwhile True: pass"
    path = notebook("sans_fin.ipynb", cell)
    report = run_batch(
        [run(path, 1)], tmp_path / "build", exporter=exporter, warmer="", engine=engine, limits=Limits(seconds=2)
    )
    assert "Arrêtée au bout de 2,0 s" in messages(report)["cde-001"]
    if trace.exists():
        wait_until(lambda: not alive(int(trace.read_text())), 5)


@pytest.mark.promesse("Disque plein", "Le lot s’arrête avec une phrase et le code 3", "Écriture refusée faute de place")
def test_a_full_disk_stops_the_batch(tmp_path: Path, notebook: WriteNotebook, exporter: str) -> None:
    path = notebook("plein.ipynb", "print('disque plein')")
    report = run_batch([run(path, n) for n in (1, 2, 3)], tmp_path / "build", exporter=exporter, warmer="", workers=1)
    assert (len(report.failed), report.never_started, report.exit_code) == (1, 2, 3)
    assert report.stopped is not None
    assert "Le disque est plein" in report.summary()


@pytest.mark.promesse(
    "Interruption", "Aucun processus ne reste ; ce qui est fini est gardé", "Ctrl-C, arrêt du système, arrêt brutal"
)
@pytest.mark.parametrize("engine", ["fourche", pytest.param("noyau", marks=pytest.mark.torture)])
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, notebook: WriteNotebook, exporter: str, signum: signal.Signals, engine: str
) -> None:
    cell = "if cite != 'cde-001':\n    open(cite, 'w').write(str(os.getpid()))\n    time.sleep(60)"
    path = notebook("lent.ipynb", "import os, time", cell)
    script = tmp_path / "script.py"  # without any `if __name__ == "__main__"`
    script.write_text(
        f"""
import sys
from pathlib import Path
from citesresearch.batch import Run, run_batch
runs = [Run("publique", "monographie", f"cde-{{n:03d}}", Path({str(path)!r}),
            {{"cite": f"cde-{{n:03d}}", "campagne": "publique"}}) for n in range(1, 6)]
report = run_batch(runs, Path("build"), exporter={exporter!r}, warmer="", engine={engine!r})
print(report.summary())
sys.exit(report.exit_code)
"""
    )
    process = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    root, marks = tmp_path / "build" / "publique", [tmp_path / "cde-002", tmp_path / "cde-003"]
    wait_until(lambda: all(m.exists() and m.read_text() for m in marks))
    kernels = [int(mark.read_text()) for mark in marks]
    sent = time.monotonic()
    process.send_signal(signum)
    said, _ = process.communicate(timeout=30)
    took = time.monotonic() - sent
    wait_until(lambda: not any(map(alive, kernels)), 5)
    assert (root / "pages" / "cde-001.html").exists()
    with Ledger(root / "registre.sqlite") as ledger:
        outcomes = {a.id: a.outcome for a in ledger.attempts()}
    if signum == signal.SIGKILL:
        assert outcomes == {"cde-001": "reussi"}
        wait_until(lambda: not list(tmp_path.glob("cites-*")), 5)
        return
    assert process.returncode == 128 + signum, said
    assert took < 3
    assert outcomes == {"cde-001": "reussi", "cde-002": "interrompu", "cde-003": "interrompu"}
    assert "Interrompu" in said
    assert "Traceback" not in said
    assert "2 non commencées" in said.replace("\u00a0", " ")
    assert not (root / "en_cours").exists()
    assert list(tmp_path.glob("cites-*")) == []
    assert [p for p in root.rglob("*") if p.suffix in (".html", ".ipynb", ".log")] == [
        root / "notebooks" / "cde-001.ipynb",
        root / "pages" / "cde-001.html",
    ]


def test_workers_that_cannot_start_are_said(tmp_path: Path, notebook: WriteNotebook) -> None:
    with pytest.raises(CitesError, match=r"ne démarrent pas.*nulle_part"):
        run_batch([run(notebook("m.ipynb"), 1)], tmp_path / "build", exporter="nulle_part:page", warmer="")


@pytest.mark.parametrize("place", ["build", "build/publique", "build/publique/pages"])
def test_a_file_in_place_of_a_folder_is_said_before_anything_runs(
    tmp_path: Path, notebook: WriteNotebook, place: str
) -> None:
    blocked = tmp_path / place
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("")
    with pytest.raises(CitesError, match=r"est un fichier, (pas|là où il faut) un dossier|n’a pas écrits"):
        run_batch([run(notebook("m.ipynb"), 1)], tmp_path / "build", exporter="nulle_part:page", warmer="")


@pytest.mark.promesse(
    "Lecture seule",
    "Rien ne commence ; une phrase dit quel dossier",
    "Dossier des résultats sans droit d’écriture (sauté pour l’administrateur)",
)
@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_read_only_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir(mode=0o555)
    with pytest.raises(CitesError, match="droits insuffisants"):
        make_folders(tmp_path / "build" / "publique")


def test_a_bad_notebook_stops_all_before_anything_is_written(tmp_path: Path, notebook: WriteNotebook) -> None:
    good, bad = notebook("bon.ipynb"), notebook("mauvais.ipynb", parameters='citee = ""\ncampagne = ""')
    with pytest.raises(CitesError, match="citee"):
        run_batch([run(good, 1), run(bad, 2)], tmp_path / "build")
    assert not (tmp_path / "build").exists()


@pytest.mark.promesse(
    "Deux commandes à la fois", "La seconde attend ou refuse en nommant la première", "Deux lots sur la même campagne"
)
def test_a_second_batch_says_who_is_at_work(tmp_path: Path, notebook: WriteNotebook) -> None:
    script = """
import sys, time
from pathlib import Path
from citesresearch.batch.folders import hold, make_folders, unfinished
root = Path(sys.argv[1])
make_folders(root)
with hold(root), unfinished(root / "en_cours"):
    print("tenu", flush=True)
    sys.stdin.read()
"""
    root = tmp_path / "build" / "publique"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "tenu\n"
        with pytest.raises(CitesError, match=rf"Un autre lot est en cours.*processus {holder.pid}"):
            run_batch([run(notebook("m.ipynb"), 1)], tmp_path / "build")
        assert (root / "en_cours").exists()


def test_no_run_is_no_work(tmp_path: Path) -> None:
    assert run_batch([], tmp_path / "build").exit_code == 0


def test_the_pages_on_the_network_are_spread_among_the_others(
    tmp_path: Path, notebook: WriteNotebook, exporter: str
) -> None:
    """The first begins at once, no two of them follow each other: their time and their memory do not add up."""
    path = notebook("m.ipynb", "print(cite)")
    network = [
        Run("publique", kind, kind, path, {"cite": kind, "campagne": "01004"}) for kind in ("synthese", "gouvernance")
    ]
    report = run_batch(
        [*(run(path, n) for n in range(1, 6)), *network], tmp_path / "build", exporter=exporter, warmer="", workers=1
    )
    assert [a.id for a in report.attempts] == [
        *("synthese", "cde-001", "cde-002", "gouvernance", "cde-003", "cde-004", "cde-005")
    ]


@pytest.mark.promesse(
    "Processus tué",
    "Le lot finit toujours",
    "Le dernier processus au travail est tué quand l’autre n’a plus rien à faire",
)
def test_a_run_whose_process_died_goes_to_a_worker_that_waits(
    tmp_path: Path, notebook: WriteNotebook, exporter: str, request: pytest.FixtureRequest
) -> None:
    """The last run kills its process once the other worker has nothing left to do: the batch waited for ever."""
    quick = notebook("vite.ipynb", "print('fin')")
    once, page = tmp_path / "une_fois", tmp_path / "build" / "publique" / "pages" / "cde-001.html"
    script = f"""
import os, pathlib, signal, time
once, page = pathlib.Path({str(once)!r}), pathlib.Path({str(page)!r})
if not once.exists():
    while not page.exists():
        time.sleep(0.05)
    once.touch()
    time.sleep(0.5)
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
print('enfin')
"""
    last = notebook("tue.ipynb", script)
    former = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("the batch waits for ever"))
    request.addfinalizer(lambda: signal.signal(signal.SIGALRM, former))
    request.addfinalizer(lambda: signal.alarm(0))
    signal.alarm(120)
    report = run_batch(
        [run(quick, 1), run(last, 2)], tmp_path / "build", exporter=exporter, warmer="", engine="fourche"
    )
    assert sorted(a.id for a in report.succeeded) == ["cde-001", "cde-002"], report.summary()
    assert once.exists()
