"""Build hook: the notebooks travel in the wheel as citesresearch/notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class NotebooksInWheel(BuildHookInterface[Any]):
    """Adds notebooks/**/*.ipynb to the wheel; an editable install reads them where they stand."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """List each notebook in `force_include`.

        Raises FileNotFoundError when the monograph's notebook is missing: a wheel without it
        would install without a word and produce nothing.
        """
        if version == "editable":
            return
        folder = Path(self.root, "notebooks")
        if not (folder / "monographie.ipynb").is_file():
            raise FileNotFoundError(f"{folder / 'monographie.ipynb'} is missing: the wheel must carry the notebooks")
        for path in sorted(folder.rglob("*.ipynb")):
            inside = path.relative_to(folder)
            if ".ipynb_checkpoints" not in inside.parts:
                build_data["force_include"][str(path)] = f"citesresearch/notebooks/{inside.as_posix()}"
