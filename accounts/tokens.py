"""Secrets in addresses, of which only a hash is kept: who reads the database can't use them."""

import hashlib
import secrets


def new() -> str:
    return secrets.token_urlsafe(32)


def hashed(token) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
