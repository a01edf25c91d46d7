"""Small notebooks and a page made of their printed text, for the batch."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

EXPORTER = "page_factice:export_page"
_EXPORTER = """
import errno

def export_page(notebook):
    text = "".join(o.get("text", "") for c in notebook.cells for o in c.get("outputs", ()))
    if "disque plein" in text:
        raise OSError(errno.ENOSPC, "No space left on device")
    return f"<!doctype html><pre>{text}</pre>"
"""


@pytest.fixture
def exporter(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> str:
    """A stand-in for the page template, found by the worker processes."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "page_factice.py").write_text(_EXPORTER, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    return EXPORTER


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook of these code cells, the first one tagged `parameters`; no machine has its kernel."""

    def write(name: str, *cells: str, parameters: str | None = 'cite = ""\ncampagne = ""') -> Path:
        tagged = [] if parameters is None else [("parameters", parameters)]
        content = {
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"c{place}",
                    "metadata": {"tags": [tag]} if tag else {},
                    "source": source,
                    "outputs": [],
                    "execution_count": None,
                }
                for place, (tag, source) in enumerate([*tagged, *(("", cell) for cell in cells)])
            ],
            "metadata": {
                "kernelspec": {"name": "noyau-absent", "display_name": "Absent", "language": "python"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        path = tmp_path / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write
