"""One worker: daphne serving the site on a socket that the supervisor has opened.

    python -m site_config.server LISTENING_FD READY_FD

Daphne's protocol and server are adapted in this folder and nowhere else.
"""
