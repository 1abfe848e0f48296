"""Mixed load on a whole service while its parts are killed; all that comes back is checked."""
