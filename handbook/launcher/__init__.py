"""Starts and stops everything that the portal needs on one machine."""
