"""The documents' story, played on a local Jira: who did what, what Relance decided and why, what Jira shows."""
