"""What each figure is held against: the least that Django can do for the same answer."""
