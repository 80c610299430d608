"""The one way to Jira: sessions, the client, reading issues into facts, acting on them."""
