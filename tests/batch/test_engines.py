"""A forked child gives what a kernel gives, byte for byte, and inherits nothing that it should not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from citesresearch.batch import run_batch
from citesresearch.engine.execution import execute
from citesresearch.engine.processes import ENGINES, FORK, KERNEL
from citesresearch.engine.run import Run
from citesresearch.engine.supervision import Watch
from citesresearch.engine.worker import ONE_THREAD, stabilize

WriteNotebook = Callable[..., Path]
CELLS = (
    "import os, sys, warnings\nprint('a')\nprint('b', file=sys.stderr)\ncite",
    "from IPython.display import HTML, clear_output, display\ndisplay(HTML('<b>x</b>'))\n"
    "shown = display('un', display_id=True)\nprint('après')\nshown.update('deux')\n1 + 1",
    "warnings.warn('attention')",
    "!echo commande",
    "x = 1\nx;",
    "import pandas as pd\npd.DataFrame({'a': [1, 2.5], 'b': ['é', None]})",
    "import asyncio\nasync def three():\n    await asyncio.sleep(0)\n    return 3\nawait three()",
    "print('avance\\rfini')\nclear_output()\nprint('fin')",
    "print('x' * 300_000)\nprint('ab\\rc\\nd\\r\\ne\\bf\\r')",
    "type(get_ipython()).__name__, __name__, In[1], _, sys.stdout.isatty(), os.getcwd() == sys.path[0]",
    "class Rich:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n"
    "        return {'text/html': '<i>', 'text/plain': 'p'}, {'cle': {'a': 1}}\nRich()",
    "try:\n    input('?')\nexcept Exception as error:\n    print(type(error).__name__, error)",
    "%%time\nraise_later = True",
    "from matplotlib import pyplot\npyplot.figure(figsize=(1, 1)).add_subplot().set_title('é');",
    "def broken():\n    raise ValueError('cassé')\n\nbroken()",
)


def executed(path: Path, engine: str, folder: Path) -> str:
    """The notebook as an engine leaves it, without what no two executions share."""
    out = folder / f"{engine}.ipynb"
    with pytest.raises(Exception, match="cassé"):
        execute(path, out, {"cite": "cde-001"}, folder, engine, Watch())
    ids = {cell["id"] for cell in json.loads(path.read_text("utf-8"))["cells"]}
    left = nbformat.read(out, as_version=4)
    for cell in left.cells:
        if cell.source.startswith("%%time"):
            cell.outputs = []
    return str(nbformat.writes(stabilize(left, ids)))


def test_a_forked_child_shows_what_a_kernel_shows(
    tmp_path: Path, notebook: WriteNotebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.delenv("MPLBACKEND")
    path = notebook("tout.ipynb", *CELLS, parameters='cite = ""')
    script = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
import os
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
from tests.batch.test_engines import executed
Path(sys.argv[2]).write_text(executed(Path({str(path)!r}), sys.argv[1], Path({str(tmp_path)!r})), "utf-8")
"""
    # Each in a process of its own: the tests' own state must not stand in the comparison.
    for engine in ENGINES:
        subprocess.run([sys.executable, "-c", script, engine, str(tmp_path / engine)], check=True, cwd=tmp_path)
    forked, kernel = ((tmp_path / engine).read_text("utf-8") for engine in (FORK, KERNEL))
    assert '"fin\\n"' in forked
    assert "ValueError" in forked
    assert "image/png" in forked
    assert forked == kernel


def test_a_real_page_is_the_same_from_both_engines(repository: Path, tmp_path: Path) -> None:
    made = {}
    for engine in ENGINES:
        ident = "cde-003"
        runs = [
            Run(
                "publique",
                "monographie",
                ident,
                repository / "notebooks" / "monographie.ipynb",
                {"cite": ident, "campagne": "publique"},
            )
        ]
        report = run_batch(runs, tmp_path / engine, engine=engine, cwd=repository)
        assert report.exit_code == 0, report.summary()
        outputs = runs[0].outputs(tmp_path / engine)
        made[engine] = (outputs.notebook.read_bytes(), outputs.page.read_bytes())
    assert made[FORK] == made[KERNEL]
    assert b"<h1>Belfort" in made[FORK][1]


def test_nothing_wrong_is_inherited(tmp_path: Path, notebook: WriteNotebook, exporter: str) -> None:
    """One thread, no file of others, other random numbers in each child, signals as they should be, its own `__main__`."""
    path = notebook(
        "propre.ipynb",
        "import os, random, signal, sys, threading\nimport numpy\n"
        "places = [f'/proc/self/fd/{n}' for n in os.listdir('/proc/self/fd') if n not in '012']\n"
        "files = [os.readlink(place) for place in places if os.path.islink(place)]",
        "print(threading.active_count(), len(os.listdir('/proc/self/task')))",
        "print([f for f in files if 'socket' not in f and '/proc' not in f])",
        "print(sys.modules['__main__'].__dict__ is globals(), signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)",
        "print('tirage', random.random(), numpy.random.rand(), os.urandom(4).hex())",
    )
    runs = [
        Run("publique", "monographie", ident, path, {"cite": ident, "campagne": "publique"})
        for ident in ("cde-001", "cde-002")
    ]
    report = run_batch(runs, tmp_path / "build", exporter=exporter, warmer="", workers=1, engine=FORK)
    assert report.exit_code == 0, report.summary()
    pages = [run.outputs(tmp_path / "build").page.read_text("utf-8") for run in runs]
    drawn = [page.partition("tirage")[2].split()[:2] for page in pages]
    assert drawn[0][0] != drawn[1][0]
    assert drawn[0][1] != drawn[1][1]
    for page in pages:
        assert "<pre>1 1\n[]\nTrue True\n" in page


def test_the_warm_process_has_one_thread(tmp_path: Path) -> None:
    """Arrow, BLAS and ZeroMQ would start some: a fork would take their locks and not them."""
    script = """
import os
from pathlib import Path
from citesresearch.batch.run import EXPORTER, WARMER
from citesresearch.engine.worker import Workplace, load, load_tools
place = Workplace("", "", "", EXPORTER, 0, "fourche", WARMER, ("publique",))
load_tools(place)
load(place.warmer)(place.campagnes, Path("."), {})
print(len(os.listdir("/proc/self/task")))
"""
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, **ONE_THREAD, "IPYTHONDIR": str(tmp_path)},
        check=False,
    )
    assert run.stdout == "1\n", run.stderr


def test_what_is_printed_below_python_is_kept(tmp_path: Path, notebook: WriteNotebook, exporter: str) -> None:
    """A kernel may lose it when the machine is busy; a forked child does not."""
    cell = "import os\nprint('un', flush=True)\nos.system('echo deux')\nos.write(1, 'trois é'.encode()[:-1])\nos.write(1, b'\\xa9');"
    path = notebook("bas.ipynb", cell, "print('fin')")
    asked = Run("publique", "monographie", "cde-001", path, {"cite": "cde-001", "campagne": "publique"})
    report = run_batch([asked], tmp_path / "build", exporter=exporter, warmer="", engine=FORK)
    assert report.exit_code == 0, report.summary()
    shown = asked.outputs(tmp_path / "build").page.read_text("utf-8")
    assert sorted(shown.partition("<pre>")[2].partition("fin")[0].split("\n")) == ["deux", "trois é", "un"]


def test_papermill_finds_the_engine_by_its_name(tmp_path: Path, notebook: WriteNotebook) -> None:
    """As a user calls it, in a process of its own: `papermill --engine fourche`."""
    path = notebook("simple.ipynb", "print(cite)", parameters='cite = ""')
    out = tmp_path / "sortie.ipynb"
    script = (
        "import papermill; "
        f"papermill.execute_notebook({str(path)!r}, {str(out)!r}, {{'cite': 'cde-003'}}, engine_name='fourche', "
        "kernel_name='python3', progress_bar=False)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    made = nbformat.read(out, as_version=4)
    assert made.cells[-1].outputs[0].text == "cde-003\n"
    assert made.metadata.language_info.name == "python"
