"""A webhook receiver that answers as the path asks, and judges each signature by itself.

Prints its port, then a JSON line a request. Ends when its standard input does.
"""
import base64
import hashlib
import hmac
import http.server
import json
import os
import socketserver
import sys
import threading
import time

KEY = base64.b64decode(sys.argv[1])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        id, moment = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        wanted = base64.b64encode(hmac.new(KEY, f"{id}.{moment}.".encode() + body, hashlib.sha256).digest()).decode()
        genuine = hmac.compare_digest(f"v1,{wanted}", self.headers["webhook-signature"])
        with lock:
            print(json.dumps({"id": id, "genuine": genuine, "extra": self.headers.get("X-Extra"), "body": json.loads(body)}), flush=True)
        parts = self.path.strip("/").split("/")
        if parts[0] == "hang":
            time.sleep(600)
        if parts[0] == "hang-up":
            self.close_connection = True
            self.connection.close()
            return
        answer = b"as you asked"
        self.send_response(int(parts[0]))
        if len(parts) > 1:
            self.send_header("Retry-After", parts[1].replace("_", " "))
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


lock = threading.Lock()
server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
