"""What datasets find, compared with what the simulator did: the only package that reads the truth."""
