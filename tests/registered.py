"""Models that score tables, registered where a test's warehouse looks for them: nothing is trained then."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lakehouse.settings import Settings
from ml.gate import Difference, Evidence
from ml.registry import Registry
from ml.tracking import Tracking
from tests.served import SERVED


def provide(settings: Settings) -> None:
    """Register one of each in the store of a warehouse, where none is yet."""
    tracking = Tracking.of(settings)
    registry = Registry(tracking)
    for model, make in SERVED.items():
        if tracking.client.get_experiment_by_name(model):
            continue
        served = make()
        run_id = tracking.client.create_run(tracking.experiment(model)).info.run_id
        with tempfile.TemporaryDirectory() as home:
            served.graph.write(Path(home))
            tracking.client.log_artifacts(run_id, home, "model/artifacts")
        found = Evidence(model, None, Difference("pr_auc", "nothing", 0.0, 0.0, 0.0), 0.0, (), {}, None, True)
        registry.register(model, run_id, found, {"trained_by": "a test", "graph_sha256": served.graph.digest()})
