"""A drill day: causes of every kind come through their own doors, while hands fail and the worker is killed."""
