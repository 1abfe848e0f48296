"""What holds for every test."""

from hypothesis import settings

# Examples are judged by what they give, not by how long a busy machine took; a failure is found again by anyone.
settings.register_profile("testdata", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("testdata")
