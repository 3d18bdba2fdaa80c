"""`python -m kakou` is the kakou command."""

from kakou.config.cli import main

main()
