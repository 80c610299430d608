"""The shell: HTTP, Jira, database and clock around the pure core."""
