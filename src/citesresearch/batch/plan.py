"""What is to be made: one run per page, and the Cités that were asked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..engine.run import Kind, Run
from ..errors import CitesError
from ..french import listing, plain
from ..storage.names import Own

if TYPE_CHECKING:
    from .inventory import Inventory

__all__ = ["NETWORK", "SYNTHESE", "plan_runs", "resolve_cites"]

SYNTHESE = str(Own.SYNTHESE)  # the id of the one synthesis of a campagne
# The other pages of a campagne that has returns, by their id: the notebook of each.
NETWORK: Mapping[Kind, str] = {
    "gouvernance": "gouvernance_resultats.ipynb",
    "configurations": "configurations.ipynb",
    "qualite": "qualite_donnees.ipynb",
}
# What else their notebooks let a reader choose: empty, the published page is the declared one.
_CHOICES: Mapping[Kind, tuple[str, ...]] = {"configurations": ("resultat", "conditions", "reperes", "seuils")}


def plan_runs(
    inventory: Inventory,
    notebook: Path,
    synthese: Path | None = None,
    cites: Sequence[str] | None = None,
    campagne: str | None = None,
    network: Mapping[Kind, Path] | None = None,
) -> tuple[Run, ...]:
    """One monograph per Cité of the inventory, and the synthesis when `synthese` gives its notebook.

    `network` gives the notebooks of `NETWORK`, each run once for a campagne that has returns.
    `cites` (identifiers, names or aliases; accents and case do not matter) restricts the plan to those Cités,
    without the synthesis. `campagne` is what the notebooks receive as their `campagne` parameter (by default
    the name of the inventory's campagne; a folder for a campagne kept elsewhere). Raises CitesError naming
    every Cité that does not exist, with the nearest ones.
    """
    name = inventory.campagne
    passed = name if campagne is None else campagne
    wanted = resolve_cites(cites, inventory.names, inventory.aliases, name) if cites else tuple(inventory.names)
    runs = [Run(name, "monographie", ident, notebook, {"cite": ident, "campagne": passed}) for ident in wanted]
    if synthese is not None and not cites:
        runs.append(Run(name, "synthese", SYNTHESE, synthese, {"campagne": passed}))
    if network and not cites and inventory.has_returns:
        runs += [
            Run(name, kind, kind, path, {"campagne": passed, **dict.fromkeys(_CHOICES.get(kind, ()), "")})
            for kind, path in network.items()
        ]
    return tuple(runs)


def resolve_cites(
    asked: Iterable[str], names: Mapping[str, str], aliases: Iterable[tuple[str, str]], campagne: str
) -> tuple[str, ...]:
    """The identifiers of the Cités asked for, each once, in the order asked.

    `names` gives the name of each identifier, `aliases` other names as (alias, identifier).
    Raises CitesError for all that are unknown or ambiguous at once.
    """
    spelled: dict[str, set[str]] = {}
    for text, ident in (*((i, i) for i in names), *((n, i) for i, n in names.items()), *aliases):
        if ident in names:
            spelled.setdefault(plain(text), set()).add(ident)
    found: dict[str, None] = {}
    faults = []
    for text in asked:
        match = {text} if text in names else spelled.get(plain(text), set())
        if len(match) == 1:
            found[next(iter(match))] = None
        else:
            near = sorted(match) or _nearest(plain(text), spelled)
            hint = listing((f"« {ident} » ({names[ident]})" for ident in near), "ou")
            what = "désigne plusieurs Cités" if match else "n’existe pas"
            faults.append(f"« {text} » {what}" + (f" ; vouliez-vous dire {hint} ?" if hint else "."))
    if len(faults) == 1:
        raise CitesError(f"Campagne « {campagne} » : la Cité {faults[0]}")
    if faults:
        raise CitesError(
            f"Campagne « {campagne} » : ces Cités sont à corriger.\n" + "\n".join(f"  - {f}" for f in faults)
        )
    return tuple(found)


def _nearest(wanted: str, spelled: Mapping[str, set[str]]) -> list[str]:
    """Up to three identifiers whose id, name or alias holds `wanted` as a word or looks like it."""
    near = [key for key in spelled if wanted and wanted in key.split()]
    near += difflib.get_close_matches(wanted, spelled, n=3, cutoff=0.6)
    return list(dict.fromkeys(ident for key in near for ident in sorted(spelled[key])))[:3]
