"""The border lakehouse: raw border records to validated analytic tables."""
