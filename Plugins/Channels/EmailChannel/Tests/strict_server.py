"""A strict SMTP server for tests: strict_server.py FOLDER [CERTIFICATE]. Prints its port, writes FOLDER/received.jsonl.

A recipient's name says how it is answered: 550-unknown@… is refused with 550, 550-5.7.1@… with that enhanced code,
data-554@… after the data, hang-up@… loses the connection after the data and before the answer.
"""
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

folder, certificate = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
WORDS = {"unknown": "5.1.1 no such mailbox", "later": "4.2.0 greylisted, come back", "syntax": "5.1.3 bad address"}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        code, _, rest = address.split("@")[0].partition("-")
        if code.isdigit():
            return f"{code} {WORDS.get(rest, rest + ' refused')}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        if name.startswith("data-"):
            return f"{name[5:]} refused after data"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(("plain",))
        record = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "id": message["message-id"], "session": id(session),
                  "text": body.get_content().replace("\r\n", "\n") if body else None}
        with open(f"{folder}/received.jsonl", "a") as file:
            file.write(json.dumps(record) + "\n")
        if name == "hang-up":
            server.transport.abort()
        return "250 2.0.0 Ok: queued as 4B1C2D"


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b"rapport" and data.password == b"right"
    return AuthResult(success=good, handled=good)


options = {}
if certificate:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate + ".key")
    options = {"tls_context": context, "require_starttls": True, "authenticator": authenticate, "auth_require_tls": True}
controller = Controller(Handler(), hostname="127.0.0.1", port=0, enable_SMTPUTF8=False, **options)
# Controller connects to its own port to see that it runs; with port 0 it cannot, so a free one is found first.
import socket
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    controller.port = probe.getsockname()[1]
controller.start()
print(controller.port, flush=True)
sys.stdin.read()
controller.stop()
