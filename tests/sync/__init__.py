"""What a phone sends at once and what it gets back."""
