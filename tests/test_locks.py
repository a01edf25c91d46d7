"""Locks are taken by one program at a time, on disks that know none too, and what is left over never refuses for ever."""

from __future__ import annotations

import errno
import json
import os
import platform
import time
from pathlib import Path

import pytest

from citesresearch.batch.folders import LOCK, hold
from citesresearch.errors import CitesError
from citesresearch.storage import locks
from citesresearch.storage.locks import Held, hold_lock


@pytest.fixture(params=[errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def without_locks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_place: int) -> None:
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(locks, "_lock", refuse)


def test_one_at_a_time(tmp_path: Path) -> None:
    with hold_lock(tmp_path / ".verrou"):
        with pytest.raises(Held) as refused, hold_lock(tmp_path / ".verrou"):
            pass
        assert str(tmp_path / ".verrou") in refused.value.advice
    with hold_lock(tmp_path / ".verrou"):
        pass


@pytest.mark.promesse(
    "Disque sans verrous", "Une commande à la fois, sans avertissement en anglais", "flock refusé par le disque"
)
@pytest.mark.usefixtures("without_locks")
def test_one_at_a_time_where_the_disk_knows_no_locks(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    with hold_lock(tmp_path / ".verrou"):
        with pytest.raises(Held) as refused, hold_lock(tmp_path / ".verrou"):
            pass
        assert f"supprimez {tmp_path / '.verrou.tenu'}" in refused.value.advice
        assert str(os.getpid()) in refused.value.who
    assert not (tmp_path / ".verrou.tenu").exists()
    assert not recwarn.list


@pytest.mark.promesse(
    "Verrou oublié",
    "Un verrou que personne ne tient ne refuse jamais pour toujours",
    "Verrou laissé par un programme tué",
)
@pytest.mark.usefixtures("without_locks")
def test_a_lock_left_by_a_program_that_has_gone_is_taken_over(tmp_path: Path) -> None:
    left = tmp_path / ".verrou.tenu"
    (tmp_path / ".verrou").touch()  # as a former run leaves it
    with hold_lock(tmp_path / ".verrou"):
        pass
    # The number of this process, which another one had before it.
    left.write_text(json.dumps({"pid": os.getpid(), "machine": platform.node(), "depuis": "avant"}), encoding="utf-8")
    with hold_lock(tmp_path / ".verrou"):
        pass
    left.write_text("", encoding="utf-8")
    os.utime(left, (time.time() - 60, time.time() - 60))
    with hold_lock(tmp_path / ".verrou"):
        pass


@pytest.mark.usefixtures("without_locks")
def test_of_another_machine_nothing_is_known(tmp_path: Path) -> None:
    left = tmp_path / f"{LOCK}.tenu"
    left.write_text(json.dumps({"pid": 1, "machine": "ailleurs", "depuis": "x"}), encoding="utf-8")
    with pytest.raises(CitesError, match=r"processus 1 sur « ailleurs ».*supprimez") as refused, hold(tmp_path):
        pass
    assert str(left) in str(refused.value)
