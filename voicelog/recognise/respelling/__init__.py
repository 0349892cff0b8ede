"""What the recogniser makes of words that it lacks, learned by synthesised voices."""
