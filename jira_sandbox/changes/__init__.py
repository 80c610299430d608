"""What can be done to a site: every verb checks, changes, keeps the history and says what happened."""
