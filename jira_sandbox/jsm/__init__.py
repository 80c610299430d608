"""The Jira Service Management REST API: desks, requests, customers."""
