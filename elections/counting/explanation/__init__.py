"""Plain sentences about an outcome, each made from the facts of the count and nothing else."""
