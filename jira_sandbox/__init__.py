"""A stateful Jira Cloud and Jira Service Management on loopback, to try Relance on and to test against.

It shares no code with the product, so that it stays an independent witness of Atlassian's wire format.
"""
