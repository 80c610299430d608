"""The control API: what a tester, not a client of Jira, asks of the sandbox."""
