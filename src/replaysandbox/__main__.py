"""`python -m replaysandbox`: the same door as the `replaysandbox` script."""

from __future__ import annotations

from replaysandbox.cli import main

if __name__ == "__main__":
    main()
