"""What is done about certification: complaining, counting again, preparing, signing, seating."""
