"""The HTTP API for staff's programs, as the contract's section "Staff" says."""
