"""Columns of an export that are no answers: those that identify a person, and those that a tool adds for itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..checking.masking import is_mask, mask
from .questions import bare

__all__ = ["identifiers", "is_identity", "is_technical", "looks_personal", "submission_date"]

# Names of columns that say who answered, by their letters alone (of the last part of « groupe/question »).
_IDENTITY = re.compile(
    r"(?:votre|your|le|la)?(?:nom|prenoms?|noms?prenoms?|prenometnom|nometprenom|prenomnom|nomcomplet|nomdefamille|nomdurepondant|"
    r"firstname|lastname|fullname|surname|name|"
    r"e?mails?|mel|courriels?|adresses?(?:e?mail|courriel|electronique|postale|ip)?|emailaddress|attribute\d+|"
    r"tel|telephone|telephones?(?:portable|mobile|fixe|professionnel)?|mobile|portable|numerodetelephone|phone|phonenumber|"
    r"ip|ipaddr|ipaddress|deviceid|deviceinfo|subscriberid|simid|simserial|imei|"
    r"token|jeton|codedacces|username|user|utilisateur|submittedby|submitterid|submittername|enumerator|enqueteur|enquetrice|"
    r"geolocation|gps|geopoint|localisation|coordonnees(?:gps)?|latitude|longitude|altitude|precision|"
    r"(?:geolocation|gps|localisation|geopoint)(?:latitude|longitude|altitude|precision)|"
    r"datedenaissance|naissance|birthdate|signature)"
)
_TECHNICAL = {
    "Kobo": re.compile(
        r"start|end|today|audit|formhubuuid|meta(?:instanceid|instancename|deprecatedid|rootuuid|audit)|instanceid|instancename|"
        r"deprecatedid|rootuuid"
    ),
    "ODK": re.compile(
        r"start|end|today|audit|submissiondate|(?:meta)?instance(?:id|name)|key|parentkey|setof\w+|reviewstate|edits|formversion|"
        r"status|attachments(?:present|expected)"
    ),
    "LimeSurvey": re.compile(
        r"id|iddelareponse|responseid|submitdate|datedesoumission|datesubmitted|lastpage|dernierepage|startlanguage|"
        r"languededepart|seed|startdate|datededebut|datestamp|datedeladerniereaction|refurl|urldereference|interviewtime|"
        r"tempstotal|savedid|(?:group|question)?time\w*|\w{1,60}time"
    ),
}
# The identifiers of a respondent, the steadiest first: an edited Kobo answer changes its uuid, not its root uuid nor its id.
_IDENTIFIERS = (
    ("idrepondant", "identifiant", "identifiantrepondant", "repondant"),
    ("token", "jeton", "codedacces"),
    ("metarootuuid", "rootuuid"),
    ("key",),
    ("id", "iddelareponse", "responseid"),
    ("uuid", "metainstanceid", "instanceid", "submissionuuid"),
    ("email", "mail", "courriel", "adresseemail", "adresseelectronique", "adressecourriel", "emailaddress"),
)
_DATES = ("submissiontime", "submissiondate", "submitdate", "datedesoumission", "datesubmitted")


def _last(header: str) -> str:
    return bare(header.rpartition("/")[2])


def is_identity(header: str) -> bool:
    """Whether a column of this name says who answered, or where they were."""
    return _IDENTITY.fullmatch(_last(header)) is not None


def is_technical(header: str, outil: str) -> bool:
    """Whether a column of this name was added by the collecting tool; Kobo's begin with « _ »."""
    names = _TECHNICAL.get(outil)
    return header.startswith("_") or (names is not None and names.fullmatch(bare(header)) is not None)


def looks_personal(texts: Iterable[str]) -> bool:
    """Whether half of the filled cells of a column are nothing but an e-mail, a telephone number or a name."""
    told = [text for text in texts if text]
    alone = [text for text in told if is_mask(mask(text).text)]
    return bool(told) and 2 * len(alone) >= len(told)


def identifiers(header: Iterable[str]) -> list[str]:
    """The columns that may identify a respondent, the steadiest first."""
    names = list(header)
    return [name for kind in _IDENTIFIERS for name in names if bare(name) in kind]


def submission_date(header: Iterable[str]) -> str | None:
    """The column that says when the answer was sent, where there is one."""
    return next((name for name in header if bare(name) in _DATES), None)
