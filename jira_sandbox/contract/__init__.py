"""Atlassian's OpenAPI documents as the law: every request and every answer is held to them."""
