"""Evaluation research on the French Cités de l'emploi: from raw files to published monographs.

The names below are loaded when they are first used, so that `import citesresearch` stays instant.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .version import __version__

if TYPE_CHECKING:
    from . import sections
    from .crosssite import OUTCOMES, associate
    from .indicators import INDICATORS
    from .preparation import load_dataset, load_publication

__all__ = ["INDICATORS", "OUTCOMES", "__version__", "associate", "load_dataset", "load_publication", "sections"]

_PLACES = {
    "INDICATORS": "indicators",
    "OUTCOMES": "crosssite",
    "associate": "crosssite",
    "load_dataset": "preparation",
    "load_publication": "preparation",
    "publish_site": "publish.site",
    "run_batch": "batch.run",
}


def __getattr__(name: str) -> Any:
    if name in ("sections", "figures"):
        return import_module(f".{name}", __name__)
    if name in _PLACES:
        return getattr(import_module(f".{_PLACES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
