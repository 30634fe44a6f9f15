"""Google's sign-in for one machine: the page that asks who you are, and the token endpoint."""
