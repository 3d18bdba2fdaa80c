"""Playing: a run's uploads go to the intake, and how far each phone came is written down as it goes."""

from kakou.drill.playing.live import go_on
from kakou.drill.playing.run import Clock, Progress, play

__all__ = ["Clock", "Progress", "go_on", "play"]
