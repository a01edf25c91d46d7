"""A hook of mkdocs: French pages keep « words » and their signs together, whatever the width of the screen."""

from __future__ import annotations

import re
from typing import Any

# Tags, and what a machine reads, are left alone.
_APART = re.compile(r"(<(pre|code|script|style)\b.*?</\2>|<[^>]+>)", re.DOTALL)
_WIDE, _THIN = "\u00a0", "\u202f"


def french_spaces(html: str) -> str:
    """The same page with unbreakable spaces inside « » and before : ; ? ! %."""
    pieces = _APART.split(html)
    # Two groups: text, what is apart, the name of its tag, text…
    texts = [re.sub(r"« ", f"«{_WIDE}", text) for text in pieces[::3]]
    texts = [re.sub(r" (?=[»:%])", _WIDE, text) for text in texts]
    texts = [re.sub(r" (?=[;?!](?:\s|$))", _THIN, text) for text in texts]
    return "".join(text + apart for text, apart in zip(texts, [*pieces[1::3], ""], strict=True))


def on_page_content(html: str, **_: Any) -> str:
    """Called by mkdocs on each page."""
    return french_spaces(html)
