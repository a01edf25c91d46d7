"""The names that the program gives to what it writes, which neither a campagne nor a Cité may bear.

Names chosen by users and names of the program stand in the same folders. What writes a file or a folder of its own takes
its name from here, so that it is refused to users by that alone; a test compares with all that a site holds.
"""

from __future__ import annotations

import re
from enum import StrEnum

__all__ = ["Own", "why_refused"]


class Own(StrEnum):
    """A name of the program's own, without suffix."""

    # beside the results of campagnes, in the folder of results
    SITE = "site"
    DOCS = "docs"
    CAPTURES = "captures"
    # at the root of the site
    INDEX = "index"
    EDITIONS = "editions"
    MANIFESTE = "manifeste"
    # in the folder of a campagne, there and in its results
    SYNTHESE = "synthese"
    GOUVERNANCE = "gouvernance"
    CONFIGURATIONS = "configurations"
    QUALITE = "qualite"
    INDICATEURS = "indicateurs"
    METHODE = "methode"
    TELECHARGEMENTS = "telechargements"
    ESTIMATIONS = "estimations"
    PDF = "pdf"


_DEVICES = re.compile(r"(aux|con|nul|prn|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])(\..*)?")
_INVISIBLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)


def why_refused(name: str) -> str:
    """Why a file of that name cannot be a user's, as a French phrase; empty where it can.

    Letter case does not tell names apart, nor does a suffix: some disks do not keep the first, and pages add the second.
    """
    folded = name.casefold()
    if _INVISIBLE.search(name):
        return "il contient un caractère invisible"
    if folded.partition(".")[0] in set(Own):
        return "c’est un nom que le site se réserve"
    if _DEVICES.fullmatch(folded):
        return "Windows réserve ce nom à un appareil"
    if name != name.strip(" .") or not name:
        return "il commence ou finit par un point ou une espace"
    return ""
