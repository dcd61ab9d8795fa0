"""The pages of sponsoring."""
