"""The part of JQL the sandbox understands; everything else is refused in Jira's words."""
