"""How good a score is, told alike for all models: arrays in, figures out, no model and no table."""

from ml.measures.calibration import Bin, brier, expected_calibration_error, reliability
from ml.measures.drift import psi_of_categories, psi_of_numbers
from ml.measures.groups import GroupRatio, false_positive_ratios
from ml.measures.intervals import Clusters, Interval, cluster_bootstrap, cluster_bootstraps
from ml.measures.ranking import (
    REFERRAL_SHARES,
    Ranking,
    Referral,
    at_referral,
    pr_auc,
    random_arm,
    roc_auc,
)

__all__ = [
    "REFERRAL_SHARES",
    "Bin",
    "Clusters",
    "GroupRatio",
    "Interval",
    "Ranking",
    "Referral",
    "at_referral",
    "brier",
    "cluster_bootstrap",
    "cluster_bootstraps",
    "expected_calibration_error",
    "false_positive_ratios",
    "pr_auc",
    "psi_of_categories",
    "psi_of_numbers",
    "random_arm",
    "reliability",
    "roc_auc",
]
