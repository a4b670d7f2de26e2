"""``python -m rulecheck.cli``."""

from rulecheck.cli.main import main

if __name__ == "__main__":
    main()
