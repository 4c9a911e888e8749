"""Where runs and models are kept: a store in the warehouse without a server, or a server that the environment names."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lakehouse.disk import check_writable
from lakehouse.settings import Settings

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

#: SQLite waits so long for another process that writes.
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Tracking:
    """A tracking store and registry: ``uri`` of both, ``artifacts`` of new experiments (None: as the server says)."""

    uri: str
    artifacts: str | None

    @classmethod
    def of(cls, settings: Settings) -> Tracking:
        """The server that ``MLFLOW_TRACKING_URI`` names, else SQLite and files below ``LAKEHOUSE_MLFLOW`` or the warehouse.

        Raises ``WarehouseUnwritable`` where that folder cannot be written.
        """  # noqa: E501
        if settings.tracking_uri:
            return cls(settings.tracking_uri, None)
        folder = settings.mlflow or settings.warehouse / "mlflow"
        check_writable(folder)
        database = f"sqlite:///{folder / 'mlflow.db'}?timeout={_PATIENCE_SECONDS}"
        return cls(database, (folder / "artifacts").as_uri())

    @property
    def client(self) -> MlflowClient:
        """The client of the store, which becomes that of the process: MLflow's own loading asks the process for it."""
        import mlflow

        mlflow.set_tracking_uri(self.uri)
        mlflow.set_registry_uri(self.uri)
        return self._client

    @cached_property
    def _client(self) -> MlflowClient:
        from mlflow.tracking import MlflowClient

        # What goes wrong is raised; the rest of what they say is of no use to a reviewer.
        for name in ("mlflow", "alembic"):
            logging.getLogger(name).setLevel(logging.ERROR)
        return MlflowClient(self.uri, self.uri)

    def experiment(self, name: str) -> str:
        """The experiment of a model, made at first use."""
        from mlflow.exceptions import MlflowException

        found = self.client.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        place = f"{self.artifacts}/{name}" if self.artifacts else None
        try:
            return str(self.client.create_experiment(name, artifact_location=place))
        except MlflowException:
            # Another process was first.
            made = self.client.get_experiment_by_name(name)
            if made is None:
                raise
            return str(made.experiment_id)

    @property
    def how_to_look(self) -> str:
        """Where a reviewer sees runs: the server's address, or the command that shows the embedded store."""
        if self.artifacts is None:
            return self.uri
        return f"mlflow ui --host 127.0.0.1 --backend-store-uri '{self.uri}'"
