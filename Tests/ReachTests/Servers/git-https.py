#!/usr/bin/env python3
"""git http-backend behind TLS on 127.0.0.1, honest or hostile as it is told.

  git-https.py CERTIFICATE KEY FOLDER [--user U:P | --token T] [--tls13] [--HOSTILITY [VALUE]]

It prints its port, then one line for each request, with yes where a credential
was sent. Hostilities: redirect URL, status N, page, hang, cut N (so many bytes
of a pack, then silence), refs (no end to them), progress (no end to it),
objects (a pack that announces four thousand million), reset (in the middle of
TLS's handshake).
"""
import os
import socket
import ssl
import struct
import subprocess
import sys
import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CERTIFICATE, KEY, FOLDER = sys.argv[1:4]
SAID = {}
for word in sys.argv[4:]:
    if word.startswith("--"):
        name = word[2:]
        SAID[name] = ""
    else:
        SAID[name] = word

GIT = {"PATH": "/usr/bin:/bin", "GIT_PROJECT_ROOT": FOLDER, "GIT_HTTP_EXPORT_ALL": "1",
       "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory",
       "GIT_CONFIG_VALUE_0": "*"}


def packet(data):
    return b"%04x" % (len(data) + 4) + data


class Source(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def wanted(self):
        if "user" in SAID:
            return "Basic " + base64.b64encode(SAID["user"].encode()).decode()
        return "Bearer " + SAID["token"] if "token" in SAID else None

    def answer(self, status, kind, body, **more):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in more.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def endless(self, kind, first, part):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        self.wfile.write(first)
        while part:
            self.wfile.write(part)
        self.wfile.flush()
        threading.Event().wait()

    def do_GET(self):
        credential = self.headers.get("Authorization")
        print(self.command, self.path, "yes" if credential else "no", flush=True)
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        is_pack = self.command == "POST"
        if self.wanted() and credential != self.wanted():
            return self.answer(401, "text/plain", b"", **{"WWW-Authenticate": 'Basic realm="git"'})
        if "redirect" in SAID:
            return self.answer(302, "text/plain", b"", Location=SAID["redirect"] + self.path)
        if "status" in SAID:
            return self.answer(int(SAID["status"]), "text/plain", b"no")
        if "page" in SAID:
            return self.answer(200, "text/html", b"<h1>Welcome to the guest network</h1>")
        if "hang" in SAID:
            threading.Event().wait()
        if "refs" in SAID:
            kind = "application/x-git-upload-pack-advertisement"
            first = packet(b"# service=git-upload-pack\n") + b"0000"
            first += packet(b"1" * 40 + b" refs/heads/a\0side-band-64k ofs-delta\n")
            return self.endless(kind, first, packet(b"1" * 40 + b" refs/heads/" + b"b" * 900 + b"\n") * 100)
        kind = "application/x-git-upload-pack-result"
        if is_pack and "progress" in SAID:
            return self.endless(kind, packet(b"NAK\n"), packet(b"\x02" + b"still counting\n" * 200) * 100)
        if is_pack and "objects" in SAID:
            return self.endless(kind, packet(b"NAK\n") + packet(b"\x01PACK\0\0\0\2\xff\xff\xff\xff"), b"")
        self.git(body, is_pack)

    do_POST = do_GET

    def git(self, body, is_pack):
        path, _, query = self.path.partition("?")
        about = dict(GIT, PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=self.command,
                     CONTENT_TYPE=self.headers.get("Content-Type", ""), CONTENT_LENGTH=str(len(body)))
        said = subprocess.run(["/usr/bin/git", "http-backend"], input=body, env=about, capture_output=True)
        head, _, content = said.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(fields.get("Status", "200").split()[0])
        kind = fields.get("Content-Type", "text/plain")
        if is_pack and "cut" in SAID:
            return self.endless(kind, content[:int(SAID["cut"])], b"")
        self.answer(status, kind, content)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def get_request(self):
        if "reset" not in SAID:
            return super().get_request()
        stream, _ = socket.socket.accept(self.socket)
        stream.recv(1)
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()
        raise OSError("reset")

    def handle_error(self, request, address):
        print("error", type(sys.exc_info()[1]).__name__, flush=True)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
if "tls13" in SAID:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
server = Server(("127.0.0.1", 0), Source)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print("port", server.server_address[1], flush=True)
server.serve_forever()
