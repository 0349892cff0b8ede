"""What is done for each intent."""
