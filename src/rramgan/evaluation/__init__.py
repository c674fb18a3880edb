"""What a trained generator is worth: the judge, image statistics and intervals over seeds."""
