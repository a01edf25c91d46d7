"""What is the same wherever it is asked for, made once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from .disclosure import CitePublication, Publication

__all__ = ["once"]

T = TypeVar("T")


def once(owner: Publication | CitePublication, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, kept with a publication, or with a Cité seen through it, under `key`.

    For what depends on the owner and the key alone. It is shared: whoever gets it must not change it.
    """
    kept: dict[Hashable, Any] = vars(owner).setdefault("_shared", {})
    if key not in kept:
        kept[key] = make()
    made: T = kept[key]
    return made
