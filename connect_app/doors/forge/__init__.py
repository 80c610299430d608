"""The door of Forge Remote, as far as it can be proved without Atlassian's console; no route uses it yet.

What it takes to open it is one blueprint that verifies with `ForgeTokens` and receives what `read_event` says.
"""
