"""The bytes of a raw file, or the French sentence that says why they are of no use."""

from __future__ import annotations

import codecs
from pathlib import Path

from ...errors import reason
from ...french import number
from ..checking.problems import Collector, quoted

__all__ = ["MAX_BYTES", "SAVE_AS_CSV", "UNICODE_MARKS", "is_text", "kind_of", "load_bytes"]

_BINARY = "un fichier binaire"
MAX_BYTES = 200_000_000
SAVE_AS_CSV = "enregistrer le fichier au format « CSV UTF-8 » depuis le tableur"

UNICODE_MARKS = (
    # UTF-32 first: its mark begins like the one of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)

_SIGNATURES = (
    (b"PK\x03\x04", "un classeur (xlsx, ods) ou une archive zip"),
    (b"PK\x05\x06", "une archive zip"),
    (b"\xd0\xcf\x11\xe0", "un classeur Excel ancien (xls)"),
    (b"%PDF-", "un document PDF"),
    (b"\x89PNG", "une image PNG"),
    (b"\xff\xd8\xff", "une image JPEG"),
    (b"GIF8", "une image GIF"),
    (b"BM", ""),  # two letters: an image only if the rest is binary too
    (b"RIFF", ""),
    (b"\x1f\x8b", "une archive gzip"),
    (b"PAR1", "un fichier Parquet"),
    (b"SQLite format 3\x00", "une base SQLite"),
    (b"{\\rtf", "un document RTF"),
)


def load_bytes(path: Path, notes: Collector) -> bytes | None:
    """The bytes of the file, or None and the reason why not."""
    try:
        if path.is_dir():
            notes.add(
                "fichier_illisible",
                "un fichier, non un dossier",
                "mettre le fichier à la place du dossier",
            )
            return None
        size = path.stat().st_size
        if not path.is_file():
            notes.add("fichier_illisible", "un fichier ordinaire", "le remplacer par un fichier CSV, xlsx ou ods")
            return None
        if size > MAX_BYTES:
            notes.add(
                "fichier_trop_gros",
                f"un fichier de {number(MAX_BYTES / 1e6, 0)} Mo au plus",
                "vérifier que c’est le bon fichier, ou le partager en plusieurs campagnes",
                lu=f"{number(size / 1e6, 0)} Mo",
            )
            return None
        data = path.read_bytes()
    except FileNotFoundError:
        notes.add("fichier_absent", "un fichier qui existe", f"ajouter {quoted(path.name)} au dossier")
        return None
    except PermissionError:
        notes.add(
            "fichier_illisible",
            "un fichier que l’on a le droit de lire",
            "changer les droits du fichier, ou le fermer s’il est ouvert dans un autre programme",
        )
        return None
    except OSError as error:
        notes.add(
            "fichier_illisible",
            "un fichier que l’ordinateur peut lire",
            f"recopier le fichier (le système répond {quoted(reason(error))})",
        )
        return None
    return data


def kind_of(data: bytes) -> str | None:
    """What the bytes are when they are no text, in French; None for text."""
    sample = data[:65536]
    binary = _is_binary(sample)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature) and (kind or binary):
            return kind or "une image ou un média"
    return _BINARY if binary else None


def _is_binary(sample: bytes) -> bool:
    controls = sum(sample.count(bytes([c])) for c in range(32) if c not in (9, 10, 11, 12, 13))
    return controls > len(sample) / 20


def is_text(data: bytes, notes: Collector) -> bool:
    """Whether the bytes may be text; why not goes to `notes`."""
    if not data.removeprefix(codecs.BOM_UTF8).strip(b"\x00 \t\r\n;,"):
        notes.add(
            "fichier_vide",
            "une ligne d’en-tête puis une ligne par enregistrement",
            "vérifier l’enregistrement du fichier ; supprimer le fichier si cette table n’existe pas",
            lu=f"{number(len(data))} octets" if data else "0 octet",
        )
        return False
    if any(data.startswith(mark) for mark, _, _ in UNICODE_MARKS):
        return True
    kind = kind_of(data)
    zeros = data[:65536].count(b"\x00") > len(data[:65536]) / 3
    if zeros and kind == _BINARY:
        notes.add("encodage", "un fichier en UTF-8", SAVE_AS_CSV, lu="sans doute de l’UTF-16 sans sa marque")
    elif kind:
        notes.add("fichier_binaire", "un fichier de texte CSV", SAVE_AS_CSV, lu=kind)
    return kind is None
