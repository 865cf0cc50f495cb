"""REST for programs, under /api/v1/: what pages and exports tell, from the same functions, as JSON."""
