"""One thin blueprint per audience: Atlassian, Jira, administrators, agents, customers, the platform."""
