"""Workers as they are, that know two more paths: one that takes its time, and one that kills its process."""
