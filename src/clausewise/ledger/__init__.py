"""The log nobody changes unseen: what an entry holds, the tree over the entries, signed checkpoints, and who finds out.

Pure: no socket, database, web framework, clock or chance.  Instants, salts and keys are arguments; only `key_file` reads a file.
"""
