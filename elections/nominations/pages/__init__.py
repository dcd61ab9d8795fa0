"""What the pages of nominations show, gathered from the services."""
