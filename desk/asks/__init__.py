"""Asking for introductions: who is ready, whom for, in which words, and what became of it."""
