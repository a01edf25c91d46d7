"""Configurations as pages read them: the declared analysis, or the same made again from what is published."""

from __future__ import annotations

from ..crosssite.configurations import Analysis, Condition, read_configurations, words_of

__all__ = ["Analysis", "Condition", "read_configurations", "words_of"]
