"""How fast it is, by ratios to floors measured in the same run: see docs/performance.md."""
