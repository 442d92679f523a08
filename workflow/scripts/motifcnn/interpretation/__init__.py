"""What a trained network has learned: motifs of its filters, their matches, their importance."""
