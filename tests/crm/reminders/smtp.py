"""A real mail server that does what a test tells it to."""

import asyncio
import socket

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Handler:
    """`mood`: "accept", "refuse_sender", "refuse_recipient", "refuse_content", "busy", "hang", "drop", "babble", "reword"."""

    def __init__(self):
        self.mood, self.taken, self.seen = "accept", [], 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.mood == "refuse_recipient":
            return "550 no such mailbox"
        if self.mood == "busy":
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.seen += 1
        if self.mood == "refuse_content":
            return "554 not wanted"
        if self.mood == "greylist":
            return "450 try again"
        self.taken.append(envelope)
        if self.mood == "hang":
            await asyncio.sleep(30)
        if self.mood == "drop":
            # The mail is taken, and nobody says so.
            server.transport.abort()
            await asyncio.sleep(30)
        return {"babble": "what was that?", "reword": "252 taken, as far as I know"}.get(
            self.mood, "250 taken"
        )


class Server(Controller):
    def factory(self):
        return SMTP(self.handler, hostname="mail.example.com", data_size_limit=None, enable_SMTPUTF8=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
