"""Who may enter: accounts, and in which roles they work for which tenant.  Passwords and second factors are kept by a library."""
