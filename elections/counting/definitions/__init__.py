"""The counting methods a second time, from their definitions, in plain Python that shares no code with `methods`."""
