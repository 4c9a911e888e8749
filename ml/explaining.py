"""What moves a score: SHAP values of any model, from its scores alone (Lundberg and Lee 2017)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.scorer import Floats

#: Rows that stand for all others: each is put in for the features that a row is asked without.
BACKGROUND_ROWS = 50


def shap_values(
    score: Callable[[pd.DataFrame], Floats], rows: pd.DataFrame, background: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """SHAP values of ``rows``, a column a feature, in units of the score.

    By permutations forward and back, which is exact for models of no more than
    pairwise effects; the model is asked about rows × (2 × features + 1) ×
    ``BACKGROUND_ROWS`` times.
    """
    import shap

    names = list(rows.columns)

    def of_matrix(matrix: npt.NDArray[np.float64]) -> Floats:
        return score(pd.DataFrame(matrix, columns=names).astype(rows.dtypes.to_dict()))

    drawn = background[names].sample(min(BACKGROUND_ROWS, len(background)), random_state=seed)
    masker = shap.maskers.Independent(drawn.to_numpy(np.float64), max_samples=BACKGROUND_ROWS)
    explainer = shap.PermutationExplainer(of_matrix, masker, feature_names=names, seed=seed)
    found = explainer(rows.to_numpy(np.float64), max_evals=2 * len(names) + 1, silent=True)
    return pd.DataFrame(found.values, columns=names, index=rows.index)


def contributions(values: pd.DataFrame) -> dict[str, float]:
    """Mean absolute SHAP value of each feature."""
    return {str(name): float(value) for name, value in values.abs().mean().items()}
