"""How much each client has asked for of late."""
