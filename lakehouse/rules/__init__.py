"""Risk rules, one module each; ``lakehouse.rules.catalogue`` lists them."""
