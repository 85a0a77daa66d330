"""A stand-in for Zulip: its programs, its queues and its way through them, and little else."""
