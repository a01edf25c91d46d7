"""How the Cités are governed: models that give one row per Cité. The tuple below is the registry."""

from __future__ import annotations

from .contrat_de_ville import contrat_de_ville
from .coordination import coordination
from .copilotes import copilotes_documentes
from .instances import cercle_partenaires, composition_instances, double_engagement, france_travail
from .model import GovernanceColumn, GovernanceModel
from .modeles_copilotage import COPILOTAGE

__all__ = ["GOVERNANCE_MODELS", "MODELS", "GovernanceColumn", "GovernanceModel"]

MODELS: tuple[GovernanceModel, ...] = (
    copilotes_documentes,
    *COPILOTAGE,
    coordination,
    contrat_de_ville,
    composition_instances,
    double_engagement,
    france_travail,
    cercle_partenaires,
)
GOVERNANCE_MODELS: dict[str, GovernanceModel] = {model.id: model for model in MODELS}
