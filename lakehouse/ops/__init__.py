"""The platform's own records, one module each."""
