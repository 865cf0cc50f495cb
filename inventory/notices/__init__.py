"""Notices: what happened is gathered, and goes out as digests by mail and as signed webhooks.

Nothing here decides anything: it reads what discovery and the inventory have stored, writes rows that
say what is to be sent (``notice_models``), and sends them.
"""
