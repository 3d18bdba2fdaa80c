"""Playing: a run's uploads go to the intake, and how far each phone came is written down as it goes."""

from kakou.drill.playing.run import Clock, Progress, play

__all__ = ["Clock", "Progress", "play"]
