"""The same runs on other machines: `--dask ADRESSE` sends them to a dask.distributed scheduler.

Each thread of a Dask worker keeps a crew of one (see `crew`): cells run there as they do here, with the same limits, and
the files come back to the calling process, which alone writes the results and the ledger. The data are read from the same
folder everywhere, a shared one, or from where they were left (see `depot`).
"""

from __future__ import annotations

import atexit
import logging
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..engine.crew import Crew, Limits, Settled, now
from ..engine.run import Run
from ..engine.worker import Result, Workplace
from ..errors import CitesError
from ..french import NBSP

__all__ = ["SchedulerLost", "execute_here", "settle_elsewhere"]

_ANSWER = 5  # seconds that a scheduler has to answer
_WAIT = 0.2  # seconds between two looks at the signals
_SAID, _ALONE = 3, 60  # seconds without any machine after which it is said, after which the batch ends
_LOOK = 1  # seconds between two looks at the machines
_RETRIES = 2  # of a run whose Dask worker is lost
_FILES = ("notebook", "page", "partial", "log")


class SchedulerLost(CitesError):
    """The scheduler, or its machines, went: what was brought back is kept."""


def settle_elsewhere(
    address: str,
    place: Workplace,
    limits: Limits,
    runs: Sequence[Run],
    empreinte: str,
    stop: Callable[[], str | None],
    depot: str = "",
) -> Iterator[Settled]:
    """Have the runs executed by the workers of the scheduler at `address`; their files come into the working folder.

    Machines that share no folder read what was left for them at `depot`, an address of fsspec. A run whose worker dies is
    sent to another one. Raises CitesError when `distributed` is not installed, the scheduler does not answer or the address
    cannot be written, SchedulerLost when it answers no more or when no machine has come for a while.
    """
    try:
        from distributed import Client, wait
    except ImportError as error:
        raise CitesError(
            "L’option --dask demande l’extra « dask »\u00a0: pip install 'citesresearch[dask]'."
        ) from error
    # It tells of its own worries in English; what matters is said below.
    for name in ("tornado", "asyncio", *(n for n in logging.root.manager.loggerDict if n.startswith("distributed"))):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    _knock(address)
    try:
        client: Any = Client(address, timeout=_ANSWER, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise CitesError(_silent(address)) from error
    with client, client.as_current():
        if depot:
            from .depot import leave

            place = replace(place, depot=leave(depot, place.campagnes))
        sent = {
            client.submit(
                execute_here, asdict(place), asdict(limits), _packed(run), empreinte, pure=False, retries=_RETRIES
            ): run
            for run in runs
        }
        waiting = set(sent)
        machines = _Machines(client, address)
        while waiting and stop() is None:
            machines.look()
            try:
                done = set(wait(list(waiting), timeout=_WAIT, return_when="FIRST_COMPLETED").done)  # type: ignore[no-untyped-call]
            except TimeoutError:
                continue
            except (CancelledError, OSError) as error:
                raise SchedulerLost(_gone(address)) from error
            for future in done:
                yield _received(future, sent[future], place)
                future.release()
            waiting -= done
        client.cancel(list(waiting))


def _silent(address: str) -> str:
    return (
        f"Aucun ordonnanceur Dask ne répond à l’adresse « {address} »{NBSP}: vérifiez l’adresse (tcp://machine:8786) et qu’il "
        "est lancé (dask scheduler)."
    )


def _gone(address: str) -> str:
    return (
        f"L’ordonnanceur Dask « {address} » ne répond plus. Ce qui était terminé est conservé{NBSP}: relancez-le, puis la même "
        "commande."
    )


def _knock(address: str) -> None:
    """Raise CitesError at once where nobody listens: the client would try, and tell of it, for long."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if parts.scheme not in ("tcp", "tls"):
        return
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=_ANSWER):
            pass
    except (OSError, ValueError, OverflowError) as error:
        raise CitesError(_silent(address)) from error


class _Machines:
    """The machines of a scheduler, looked at now and then: a wait without any has a word and an end."""

    def __init__(self, client: Any, address: str) -> None:
        self.client, self.address = client, address
        self.seen = self.looked = time.monotonic()
        self.told = False

    def look(self) -> None:
        at = time.monotonic()
        if at - self.looked < _LOOK:
            return
        self.looked = at
        try:
            alone = not self.client.scheduler_info()["workers"] and self.client.status == "running"
        except (CancelledError, OSError, KeyError) as error:
            raise SchedulerLost(_gone(self.address)) from error
        if self.client.status != "running" and at - self.seen > _ANSWER:
            raise SchedulerLost(_gone(self.address))
        if not alone and self.client.status == "running":
            self.seen, self.told = at, False
        elif alone and at - self.seen > _ALONE:
            raise SchedulerLost(
                f"Aucune machine n’est inscrite auprès de l’ordonnanceur « {self.address} » depuis {_ALONE} secondes{NBSP}: lancez-en "
                f"(dask worker {self.address}), puis la même commande. Ce qui était terminé est conservé."
            )
        elif alone and at - self.seen > _SAID and not self.told:
            self.told = True
            sys.stderr.write(
                f"Aucune machine n’est inscrite auprès de l’ordonnanceur « {self.address} »{NBSP}: on attend {_ALONE} secondes "
                f"qu’il en vienne (dask worker {self.address}).\n"
            )
            sys.stderr.flush()


def _packed(run: Run) -> dict[str, Any]:
    return {**asdict(run), "notebook": run.notebook.name, "content": run.notebook.read_text(encoding="utf-8")}


def _received(future: Any, run: Run, place: Workplace) -> Settled:
    """What came back, its files written into the working folder."""
    if future.status != "finished":
        why = f"Exécution perdue{NBSP}: les machines qui s’en chargeaient se sont arrêtées ({type(future.exception()).__name__})."
        return Settled(run, Result(False, why), now(), 0.0)
    said = future.result()
    for name in _FILES:
        if said["files"][name] is not None:
            path: Path = getattr(place, name)(run)
            path.write_bytes(said["files"][name])
    return Settled(run, Result(**said["result"]), said["started"], said["seconds"])


# -- on the Dask worker ----------------------------------------

_here = threading.local()


def execute_here(
    place: dict[str, Any], limits: dict[str, float], packed: dict[str, Any], empreinte: str
) -> dict[str, Any]:
    """Execute one run on this machine; returns its result and its files."""
    crew = _crew(Workplace(**{**place, "campagnes": tuple(place["campagnes"])}), Limits(**limits), empreinte)  # type: ignore[arg-type]
    folder = Path(crew.place.folder)
    notebook = folder / packed["notebook"]
    notebook.write_text(packed.pop("content"), encoding="utf-8")
    run = Run(**{**packed, "notebook": notebook})
    (settled,) = crew.settle([run])
    files: dict[str, bytes | None] = {}
    for name in _FILES:
        path: Path = getattr(crew.place, name)(run)
        files[name] = path.read_bytes() if path.exists() else None
        path.unlink(missing_ok=True)
    return {
        "result": asdict(settled.result),
        "started": settled.started,
        "seconds": settled.seconds,
        "files": files,
    }


def _crew(place: Workplace, limits: Limits, empreinte: str) -> Crew:
    """The crew of this thread, as long as the batch asks for the same; another one for other data."""
    asked = (replace(place, folder="", sockets=""), limits, empreinte)
    if getattr(_here, "asked", None) != asked:
        if hasattr(_here, "crew"):
            _end(_here.crew)
        folder, sockets = (tempfile.mkdtemp(prefix="cites-") for _ in range(2))
        _here.crew = Crew(replace(place, folder=folder, sockets=sockets), limits, 1)
        _here.asked = asked
        atexit.register(_end, _here.crew)
    crew: Crew = _here.crew
    return crew


def _end(crew: Crew) -> None:
    crew.__exit__()
    shutil.rmtree(crew.place.folder, ignore_errors=True)
    shutil.rmtree(crew.place.sockets, ignore_errors=True)
