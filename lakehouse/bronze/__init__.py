"""Raw values of landed files, one module a kind of file."""
