"""What the pages of certification show, arranged."""
