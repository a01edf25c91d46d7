"""What a site says of itself: the fingerprint of each of its files, of the data and of the code that they were made from.

The manifest stands at the root of the site, so that a site, or a copy of it, can be judged without the data (see `verify`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..storage.names import Own
from ..storage.store import checksums
from ..version import __version__

__all__ = ["MANIFEST", "fingerprint_of", "write_manifest"]

MANIFEST = f"{Own.MANIFESTE}.json"
FORMAT = 1


def write_manifest(site: Path, code: str, campagnes: Mapping[str, Mapping[str, Any]]) -> str:
    """Write the manifest of a finished site, and give its fingerprint (64 hexadecimal characters)."""
    files = checksums(site, (path for path in site.rglob("*") if path.is_file()))
    said: dict[str, Any] = {
        "programme": "citesresearch",
        "format": FORMAT,
        "version": __version__,
        "code": code,
        "campagnes": dict(campagnes),
        "fichiers": files,
    }
    said["empreinte"] = fingerprint_of(said)
    (site / MANIFEST).write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return str(said["empreinte"])


def fingerprint_of(said: Mapping[str, Any]) -> str:
    """The fingerprint of a manifest: of everything that it says beside it."""
    content = {key: value for key, value in said.items() if key != "empreinte"}
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
