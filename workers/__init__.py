"""RQ jobs, one module a job, and the processes that run them."""
