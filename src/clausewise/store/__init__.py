"""The only place that knows storage: what is kept, in which tables, and the one way of writing to a case.

A case is a history.  Each act is written in one transaction together with its entry in the log, its line in the outbox and the
answer under its key; if one of them fails, nothing was done.
"""
