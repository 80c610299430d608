"""How what a site remembers looks in Jira's JSON."""
