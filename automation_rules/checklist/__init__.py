"""Writes out, for an administrator, what no public interface of Jira can do, and reads back what Jira shows of it."""
