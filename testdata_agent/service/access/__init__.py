"""Who may call, and how much of it: the file that API_KEYS_FILE names, and what it allows each client."""
