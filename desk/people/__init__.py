"""The pages of People, and *Someone was sent to me*."""
