"""What people see of a site: the agents' view and the customer portal, both on the site's own REST."""

from __future__ import annotations

from jira_sandbox.pages.blueprint import pages

__all__ = ["pages"]
