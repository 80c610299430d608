"""Which door a site uses: who is calling us, and how we call back; nobody else knows."""
