"""What is served over HTTP: the JSON interface, pages, health.  Thin: whatever it does, it asks of payer, store and wiring."""
