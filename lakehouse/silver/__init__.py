"""Real-world entities, typed and conformed, one module each."""
