"""Medical policies that run: the text that people read is the program that decides."""

__version__ = "0.1.0"
