"""Which maker a field gets: `makers.maker_of` decides by hint, meaning and type; one file for each kind of field."""
