"""The queue side: workers that claim batches of jobs and make their records."""
