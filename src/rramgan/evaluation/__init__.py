"""What a trained generator is worth: judges, metrics on equal terms, anchors, and intervals over seeds."""
