"""`python -m feeds` is the `feeds` command."""

from .cli import main

if __name__ == "__main__":
    main(prog_name="feeds")
