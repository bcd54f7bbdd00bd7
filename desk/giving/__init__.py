"""What the business gives: two people introduced to each other, customers sent to partner firms."""
