"""Every write of the product, one function each, called by every door.

A function takes keyword arguments, runs one short transaction, raises a ChatError and announces on commit.

Lock order, everywhere: rooms by id, then members (their allowances) by user id, then messages; cases come after the
person whom they are about. A writer that numbers anything holds the room's row until commit, so the order of commits is
the order of numbers and there are no holes.
"""
