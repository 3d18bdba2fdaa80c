"""What programs ask of Kakou: whether it lives, is ready, and how it fares."""
