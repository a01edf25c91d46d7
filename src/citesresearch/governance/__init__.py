"""How the Cités are governed: models that give one row per Cité. The tuple below is the registry."""

from __future__ import annotations

from .copilotage import COPILOTAGE
from .copilotes import copilotes_documentes
from .model import GovernanceColumn, GovernanceModel

__all__ = ["GOVERNANCE_MODELS", "GovernanceColumn", "GovernanceModel"]

GOVERNANCE_MODELS: dict[str, GovernanceModel] = {model.id: model for model in (copilotes_documentes, *COPILOTAGE)}
