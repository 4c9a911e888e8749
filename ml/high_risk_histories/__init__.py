"""Who may be worth a second look, from histories of crossings and who travels with whom; learned on simulated data."""
