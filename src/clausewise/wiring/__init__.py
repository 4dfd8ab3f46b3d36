"""The outside world at one place: the environment, the disk, the clock, chance and the settings of the web framework.

Only `settings` and `start` know the framework; the commands of the engine use the others and start without it.
"""
