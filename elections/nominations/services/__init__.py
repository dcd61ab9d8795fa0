"""What can be done with a nomination: each use case named with the bylaws' verb."""
