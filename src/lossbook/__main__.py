"""`python -m lossbook` is the command `lossbook`."""

from lossbook.cli import main

if __name__ == "__main__":
    main()
