"""The record streams of jobs."""
