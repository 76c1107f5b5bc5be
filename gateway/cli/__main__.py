"""``python -m gateway.cli``: the command, run by the very Python that runs us."""

from __future__ import annotations

from gateway.cli import main

if __name__ == "__main__":
    main()
