"""Payment by card, where a provider is configured; off otherwise."""
