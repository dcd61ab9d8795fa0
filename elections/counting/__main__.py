"""`python -m elections.counting FILE`: count a ballot file and print who is elected, and why."""

import sys

from elections.counting.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
