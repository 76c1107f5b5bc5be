"""Starts the house's processes, keeps them running and ends them."""

from __future__ import annotations

from gateway.processes.keeper import Ending
from gateway.processes.process import Process
from gateway.processes.supervisor import GaveUpError, Patience, supervise

__all__ = ["Ending", "GaveUpError", "Patience", "Process", "supervise"]
