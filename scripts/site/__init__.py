"""Sites that come in with a service account's token: added, checked, rotated, paused, moved, removed."""
