"""Pictures of the pages for the documentation, made in the local Jira by a real browser."""
