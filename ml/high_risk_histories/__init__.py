"""Who may be worth a second look, from the history of crossings and who travels with whom; learned on simulated data."""
