"""The site of the sandbox, asked over real HTTP."""
