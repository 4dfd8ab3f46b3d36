"""Files that people send: taken apart in a process of its own, rebuilt from what may stay, sealed, looked at by a scanner."""
