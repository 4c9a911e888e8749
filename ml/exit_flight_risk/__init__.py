"""Risk that a restricted person tries to leave within a week, judged at the end of each day of the restriction."""
