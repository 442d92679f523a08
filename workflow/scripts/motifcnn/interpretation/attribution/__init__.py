"""How much each letter of a sequence contributes to what a network says about it."""
