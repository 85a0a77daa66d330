"""A stand-in for a Frappe bench: the same queues, the same way to run jobs, and nothing else."""
