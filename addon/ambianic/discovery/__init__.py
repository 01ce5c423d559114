"""How Home Assistant finds the edge."""
