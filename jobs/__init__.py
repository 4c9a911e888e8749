"""Jobs that the command line and the DAG both call: one step, or all of them in one session."""
