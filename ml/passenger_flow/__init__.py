"""How many pass a port on a day or in an hour, a week ahead, with intervals; it knows no persons."""
