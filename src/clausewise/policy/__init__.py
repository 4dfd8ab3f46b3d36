"""Authored documents: read from outlines, amended, linted, and chosen by plan and date of service."""
