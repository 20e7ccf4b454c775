"""Breaks a running site on purpose and proves that its promises hold. See `bin/chaos --help`."""
