"""The electorate: the roll built from the directory, appeals about it, and its freezing."""
