"""Models: what is learned from the lakehouse's tables, how it is measured, and how it is looked after."""
