"""Login: allauth's pages, locked by axes after wrong passwords; drill accounts work on this machine only."""
