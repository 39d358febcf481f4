"""First pages: what each role sees after log-in, put together from tiles, figures and short lists."""
