"""The one port: gate intake and live events here in the event loop, everything else through to the pages' process."""
