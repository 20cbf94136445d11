"""How the worlds in scenarios/worlds are made from the tables in scenarios/data."""
