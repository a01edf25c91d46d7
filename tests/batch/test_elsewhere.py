"""The same runs on a real Dask cluster of worker processes, one of them killed while it works."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.campagnes import write_campagne

from citesresearch.batch import Ledger, elsewhere, run_batch
from citesresearch.batch.elsewhere import SchedulerLost
from citesresearch.engine.run import Run
from citesresearch.errors import CitesError

WriteNotebook = Callable[..., Path]
needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="the extra « dask » is not there"
)
SCRIPT = """
import os, signal, sys, threading, time
from pathlib import Path
from distributed import LocalCluster
from citesresearch.batch import Run, run_batch

if __name__ == "__main__":
    build, notebook, exporter = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    runs = [Run("publique", "monographie", f"cde-{n:03d}", notebook, {"cite": f"cde-{n:03d}", "campagne": "publique"})
            for n in range(8)]
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]

        def kill(progress):
            if progress.done == 2 and pids:
                os.kill(pids.pop(), signal.SIGKILL)

        report = run_batch(runs, build, exporter=exporter, warmer="", dask=cluster.scheduler_address, on_progress=kill)
        assert len(pids) == 1
    print(report.summary())
    sys.exit(report.exit_code)
"""


def results(build: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(build.rglob("*")) if p.suffix in (".html", ".ipynb", ".log")}


@pytest.mark.promesse(
    "Machine perdue", "Ses pages sont faites par une autre, aux mêmes octets", "Travailleur Dask tué pendant le lot"
)
@needs_dask
def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(
    tmp_path: Path, notebook: WriteNotebook, exporter: str
) -> None:
    path = notebook("m.ipynb", "import time\ntime.sleep(0.2)", "print(cite, campagne)\nassert cite != 'cde-005'")
    script = tmp_path / "grappe.py"
    script.write_text(SCRIPT, encoding="utf-8")
    command = [sys.executable, str(script), str(tmp_path / "grappe"), str(path), exporter]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False)
    assert "7 produites, 1 en échec" in done.stdout.replace("\u00a0", " "), done.stdout + done.stderr
    assert done.returncode == 1
    runs = [
        Run("publique", "monographie", f"cde-{n:03d}", path, {"cite": f"cde-{n:03d}", "campagne": "publique"})
        for n in range(8)
    ]
    run_batch(runs, tmp_path / "ici", exporter=exporter, warmer="", cwd=tmp_path)
    here, there = results(tmp_path / "ici"), results(tmp_path / "grappe")
    assert here.keys() == there.keys()
    assert len(here) == 2 * 7 + 2
    for name, content in here.items():
        if "cde-005" not in name:  # a failure's partial notebook has times in it
            assert there[name] == content, name
    with Ledger(tmp_path / "grappe" / "publique" / "registre.sqlite") as ledger:
        assert [a.outcome for a in ledger.attempts()].count("reussi") == 7
        (failed,) = ledger.attempts("cde-005")
    assert "AssertionError" in failed.message


APART = """
import sys
from pathlib import Path
from distributed import LocalCluster
from citesresearch.batch import Run, run_batch

if __name__ == "__main__":
    build, notebook, empty, depot = (Path(text) for text in sys.argv[1:])
    runs = [Run("essai", "monographie", f"cde-{n:03d}", notebook, {"cite": f"cde-{n:03d}", "campagne": "essai"})
            for n in (1, 2)]
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        for address in ("", f"file://{depot}"):
            report = run_batch(runs, build, cwd=empty, dask=cluster.scheduler_address, depot=address)
            print(report.summary())
"""


@needs_dask
def test_machines_without_the_folder_read_what_was_left_for_them(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their working folder holds no data: without the deposit every run fails, with it the pages are those made here."""
    project = tmp_path / "projet"
    write_campagne(project)
    monkeypatch.chdir(project)
    empty, depot = tmp_path / "vide", tmp_path / "dépôt"
    empty.mkdir()
    path = repository / "notebooks" / "monographie.ipynb"
    script = tmp_path / "grappe.py"
    script.write_text(APART, encoding="utf-8")
    command = [sys.executable, str(script), str(tmp_path / "là"), str(path), str(empty), str(depot)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=240, check=False)
    without, with_it = [line for line in done.stdout.splitlines() if "monographies" in line]
    assert "2 en échec" in without.replace("\u00a0", " "), done.stdout + done.stderr
    assert "2 produites, en" in with_it.replace("\u00a0", " "), done.stdout + done.stderr
    assert {file.suffix for file in depot.rglob("*") if file.is_file()} == {".arrow", ".parquet", ".json"}
    assert not any("repondants" in file.name or "reponses" in file.name for file in depot.rglob("*"))
    runs = [
        Run("essai", "monographie", f"cde-{n:03d}", path, {"cite": f"cde-{n:03d}", "campagne": "essai"}) for n in (1, 2)
    ]
    assert run_batch(runs, tmp_path / "ici").exit_code == 0
    here = {name: text for name, text in results(tmp_path / "ici").items() if name.endswith(".html")}
    assert len(here) == 2
    assert {name: text for name, text in results(tmp_path / "là").items() if name.endswith(".html")} == here


@needs_dask
def test_nobody_at_the_address_is_said(tmp_path: Path, notebook: WriteNotebook, exporter: str) -> None:
    script = (
        "import sys; from pathlib import Path; from citesresearch.batch import Run, run_batch\n"
        f"run = Run('publique', 'monographie', 'cde-001', Path({str(notebook('m.ipynb'))!r}), "
        "{'cite': 'cde-001', 'campagne': 'publique'})\n"
        f"run_batch([run], Path({str(tmp_path / 'build')!r}), exporter={exporter!r}, warmer='', dask='tcp://127.0.0.1:9')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "CitesError: Aucun ordonnanceur Dask ne répond à l’adresse « tcp://127.0.0.1:9 »" in done.stderr


def test_without_the_extra_its_name_is_said(
    tmp_path: Path, notebook: WriteNotebook, exporter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    asked = Run("publique", "monographie", "cde-001", notebook("m.ipynb"), {"cite": "cde-001", "campagne": "publique"})
    with pytest.raises(CitesError, match="extra « dask »"):
        run_batch([asked], tmp_path / "build", exporter=exporter, warmer="", dask="tcp://127.0.0.1:1")
    assert os.listdir(tmp_path / "build" / "publique" / "pages") == []  # noqa: PTH208


class _Scheduler:
    """A client of a scheduler that has no machine, or that has gone."""

    def __init__(self, status: str) -> None:
        self.status = status

    def scheduler_info(self) -> dict[str, dict[str, str]]:
        return {"workers": {}}


def _look_until_lost(status: str, monkeypatch: pytest.MonkeyPatch) -> str:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    machines = elsewhere._Machines(_Scheduler(status), "tcp://ici:1")
    for second in range(1000):
        clock[0] = float(second)
        try:
            machines.look()
        except SchedulerLost as lost:
            return f"{second} s : {lost}"
    return ""


@pytest.mark.promesse(
    "Aucune machine", "Une phrase après quelques secondes, puis une fin", "Ordonnanceur Dask sans travailleur"
)
def test_a_wait_without_any_machine_has_a_word_and_an_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "61 s : Aucune machine n’est inscrite" in _look_until_lost("running", monkeypatch)
    assert capsys.readouterr().err.count("Aucune machine n’est inscrite") == 1


@pytest.mark.promesse("Machine perdue", "Une phrase, pas de trace d’erreur", "Ordonnanceur Dask disparu")
def test_a_scheduler_that_has_gone_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ne répond plus. Ce qui était terminé est conservé" in _look_until_lost("connecting", monkeypatch)


@needs_dask
@pytest.mark.parametrize("address", ["nimporte", "tcp://127.0.0.1:9", "tcp://127.0.0.1:99999999", "tcp://"])
def test_an_address_where_nobody_listens_is_said_at_once(
    address: str, tmp_path: Path, notebook: WriteNotebook, capfd: pytest.CaptureFixture[str]
) -> None:
    run = Run("publique", "monographie", "cde-001", notebook("m.ipynb", "1"), {"cite": "cde-001", "campagne": "x"})
    with pytest.raises(CitesError, match="Aucun ordonnanceur Dask ne répond"):
        run_batch([run], tmp_path, warmer="", dask=address)
    assert "Traceback" not in capfd.readouterr().err
