"""Where things are on this machine: the only module that looks at the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]

#: Note that the simulator leaves in a landing.
SIMULATED = "SIMULATED.md"

for _name, _value in {
    "GX_ANALYTICS_ENABLED": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}.items():
    os.environ.setdefault(_name, _value)


@dataclass(frozen=True)
class Settings:
    """Paths and limits of one installation.

    ``landing`` holds a folder per source, ``warehouse`` all tables, ``key_file``
    the secret for person keys, which lives outside the project and the warehouse.
    ``mlflow`` is the folder of the embedded tracking store, which is used where
    ``tracking_uri`` names no server.
    """

    landing: Path
    warehouse: Path
    key_file: Path
    driver_memory: str = "3g"
    cores: str = "*"
    mlflow: Path | None = None
    tracking_uri: str = ""

    @property
    def may_be_simulated(self) -> bool:
        """Whether what was landed may be synthetic: the simulator says so there, or the landing is there no more."""
        return not self.landing.is_dir() or (self.landing / SIMULATED).exists()

    @classmethod
    def from_environment(cls, landing: Path | None = None, warehouse: Path | None = None) -> Settings:
        """Settings from the arguments, else the ``LAKEHOUSE_*`` variables, else defaults in the project."""

        def path(name: str, default: Path) -> Path:
            return Path(os.environ.get(f"LAKEHOUSE_{name}", default)).expanduser().resolve()

        home = Path(os.environ.get("XDG_DATA_HOME", "~/.local/share")).expanduser()
        return cls(
            landing=(landing or path("LANDING", PROJECT / "landing")).resolve(),
            warehouse=(warehouse or path("WAREHOUSE", PROJECT / "warehouse")).resolve(),
            key_file=path("KEY_FILE", home / "border-lakehouse" / "person.key"),
            driver_memory=os.environ.get("LAKEHOUSE_DRIVER_MEMORY", "3g"),
            cores=os.environ.get("LAKEHOUSE_CORES", "*"),
            mlflow=path("MLFLOW", Path()) if "LAKEHOUSE_MLFLOW" in os.environ else None,
            tracking_uri=os.environ.get("MLFLOW_TRACKING_URI", ""),
        )
