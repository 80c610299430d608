"""What a site remembers: people, projects, workflows, issues, and the rules that read them."""
