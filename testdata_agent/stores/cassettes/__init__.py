"""What models wrote, kept to be played again."""
