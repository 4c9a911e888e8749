"""A simulated world of travellers and borders, drawn from declared distributions."""
