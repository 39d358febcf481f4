"""`make run`: starts the whole of opsdesk on one machine, keeps it running, and ends all of it again.

`plan.py` says what runs, as data; `services.py` starts and ends one program; `keeper.py` restarts what falls;
`engine.py` puts them in order; `__main__.py` is the command line.
"""
