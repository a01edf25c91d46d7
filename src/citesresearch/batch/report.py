"""How a batch ended, for the person who launched it and for the shell."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..engine.run import Run
from ..errors import BLOCKED, OK, SIGNALLED, UNWRITABLE, CannotWrite
from ..french import NBSP, duration, listing, number, plural
from .folders import os_sentence
from .ledger import Attempt

__all__ = ["BatchReport", "stop_sentence", "write_report"]

if TYPE_CHECKING:
    from ..data.campagne import Campagne
    from .freshness import PageState


@dataclass(frozen=True)
class BatchReport:
    """What a batch did: `runs` as planned, `attempts` in the order in which they ended.

    `stopped` is the French sentence of what stopped the batch before its end (None when it went to its end)
    and `signum` the signal that did (Ctrl-C: 2). `notices` are French sentences of things repaired on the
    way.
    """

    runs: tuple[Run, ...]
    attempts: tuple[Attempt, ...]
    build: Path
    elapsed: float
    stopped: str | None = None
    signum: int | None = None
    notices: tuple[str, ...] = ()
    unwritable: bool = False

    @property
    def succeeded(self) -> tuple[Attempt, ...]:
        return tuple(a for a in self.attempts if a.outcome == "reussi")

    @property
    def failed(self) -> tuple[Attempt, ...]:
        return tuple(a for a in self.attempts if a.outcome == "echec")

    @property
    def interrupted(self) -> tuple[Attempt, ...]:
        return tuple(a for a in self.attempts if a.outcome == "interrompu")

    @property
    def never_started(self) -> int:
        """Number of runs that were planned and not begun."""
        return len(self.runs) - len(self.attempts)

    @property
    def exit_code(self) -> int:
        """0 when every run succeeded, 128 + the signal that stopped the batch (Ctrl-C: 130), 3 for a full disk, else 1."""
        if self.signum is not None:
            return SIGNALLED + self.signum
        if self.unwritable:
            return UNWRITABLE
        return OK if len(self.succeeded) == len(self.runs) and self.stopped is None else BLOCKED

    def log(self, attempt: Attempt) -> Path:
        """The log of a failed attempt of this batch."""
        run = next(r for r in self.runs if r.id == attempt.id)
        return run.outputs(self.build).log

    def summary(self) -> str:
        """The end of the batch in French, several lines: counts, then each failure with its log."""
        lines = [*self.notices]
        if self.stopped:
            lines.append(self.stopped)
        counts = [f"{number(len(self.succeeded))} {_produced(len(self.succeeded))}"]
        if self.failed:
            counts.append(f"{number(len(self.failed))} en échec")
        if self.interrupted:
            counts.append(plural(len(self.interrupted), "interrompue"))
        if self.never_started:
            counts.append(plural(self.never_started, "non commencée", "non commencées"))
        lines.append(f"{_what(self.runs)}{NBSP}: {', '.join(counts)}, en {duration(self.elapsed)}.")
        order = {r.id: place for place, r in enumerate(self.runs)}
        for attempt in sorted(self.failed, key=lambda a: order[a.id]):
            lines += [f"  - {attempt.id}{NBSP}: {attempt.message}", f"    journal{NBSP}: {self.log(attempt)}"]
        return "\n".join(lines)


def _produced(count: int) -> str:
    return "produite" if count < 2 else "produites"


def _what(runs: Iterable[Run]) -> str:
    """« 84 monographies, 1 synthèse et 3 pages d’analyse »."""
    kinds = [run.kind for run in runs]
    counts = (kinds.count("monographie"), kinds.count("synthese"))
    words = (("monographie", "monographies"), ("synthèse", "synthèses"), ("page d’analyse", "pages d’analyse"))
    said = [plural(n, *word) for n, word in zip((*counts, len(kinds) - sum(counts)), words, strict=True) if n]
    return listing(said) or f"0{NBSP}monographie"


def stop_sentence(signum: int) -> str:
    """What to say when a signal stopped the batch."""
    by = "Interrompu à la demande (Ctrl-C)" if signum == signal.SIGINT else "Interrompu par le système (arrêt demandé)"
    return f"{by}{NBSP}: ce qui était terminé est conservé, rien n’est resté à moitié écrit."


_OUTCOMES = {"reussi": "produite", "echec": "en échec", "interrompu": "interrompue"}
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1d21;background:#fff}"
    "table{border-collapse:collapse;width:100%;font-size:14px}caption{text-align:left;font-weight:700;padding:.5rem 0}"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;border-bottom:1px solid #c6ccd4}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}code{font-size:12px}.e{color:#b3123f;font-weight:700}"
    ".r{overflow-x:auto}"
)


def write_report(report: BatchReport, campagne: Campagne, states: Mapping[str, PageState]) -> None:
    """Write `rapport.html` (for people) and `rapport.json` (for machines) beside the results of the campagne.

    `states` says where the pages stood before. Raises CitesError where they cannot be written.
    """
    root = report.build / campagne.nom
    rows = [
        {
            **{key: value for key, value in asdict(attempt).items() if key not in ("needs", "stamps", "batch")},
            "cause": states[attempt.id].why if attempt.id in states else "",
            "log": str(report.log(attempt).relative_to(root)) if attempt.outcome == "echec" else "",
        }
        for attempt in report.attempts
    ]
    said = {
        "campagne": campagne.nom,
        "edition": campagne.edition,
        "code": report.exit_code,
        "arret": report.stopped,
        "secondes": round(report.elapsed, 3),
        "prevues": len(report.runs),
        "non_commencees": report.never_started,
        "executions": rows,
    }
    try:
        for name, text in (
            ("rapport.json", json.dumps(said, ensure_ascii=False, indent=1) + "\n"),
            ("rapport.html", _page(report, campagne, rows)),
        ):
            aside = root / f".{name}"
            aside.write_text(text, encoding="utf-8")
            aside.replace(root / name)
    except OSError as error:
        raise CannotWrite(f"Le rapport n’a pas été écrit{NBSP}: {os_sentence(error, root)}") from error


def _page(report: BatchReport, campagne: Campagne, rows: list[dict[str, object]]) -> str:
    from markupsafe import Markup, escape

    lines = Markup("").join(
        Markup(
            '<tr><th scope="row">{}</th><td{}>{}</td><td class="n">{}</td><td>{}</td><td>{}</td><td><code>{}</code></td></tr>'
        ).format(
            row["id"],
            Markup(' class="e"') if row["outcome"] != "reussi" else "",
            _OUTCOMES[str(row["outcome"])],
            duration(float(str(row["duration"]))),
            row["message"] or row["cause"],
            Markup('<a href="{}">{}</a>').format(row["log"], row["log"]) if row["log"] else "",
            str(row["page_sha256"])[:12],
        )
        for row in rows
    )
    title = f"Rapport d’exécution, campagne « {campagne.nom} », {campagne.edition}"
    summary = Markup("<br>").join(escape(line) for line in report.summary().splitlines())
    heads = Markup("").join(
        Markup('<th scope="col">{}</th>').format(head)
        for head in ("Page", "Issue", "Durée", "Cause", "Journal", "Empreinte")
    )
    return str(
        Markup(
            '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            "<title>{}</title><style>{}</style></head><body><main><h1>{}</h1><p>{}</p>"
            '<div class="r" role="region" tabindex="0" aria-label="Tableau des exécutions"><table>'
            "<caption>Chaque exécution, dans l’ordre où elles se sont terminées</caption>"
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></main></body></html>\n"
        ).format(title, Markup(_STYLE), title, summary, heads, lines)
    )
