"""What is withheld so that nobody's answer is known, and the attack that tries to find it again."""
