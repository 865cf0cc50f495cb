"""A small OpenID Connect provider for tests, a process of its own on the loopback.

Authorization code with PKCE, client secret, a signed id token, a user's own endpoint: written with
joserfc, which the app does not use. Who signs in is chosen by ``user`` in the address of the
authorization endpoint, where a real provider would ask. Prints its issuer when it listens.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "penumbra", "a-client-secret-that-only-tests-know"


class Provider(BaseHTTPRequestHandler):
    users: dict[str, dict[str, object]] = {}
    issuer = ""
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "one"}, private=True)
    codes: dict[str, dict[str, str]] = {}
    tokens: dict[str, dict[str, object]] = {}

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        match address.path:
            case "/.well-known/openid-configuration":
                self._json(
                    {
                        "issuer": self.issuer,
                        "authorization_endpoint": f"{self.issuer}/authorize",
                        "token_endpoint": f"{self.issuer}/token",
                        "userinfo_endpoint": f"{self.issuer}/userinfo",
                        "jwks_uri": f"{self.issuer}/keys",
                        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                        "code_challenge_methods_supported": ["S256"],
                    }
                )
            case "/keys":
                self._json(KeySet([self.key]).as_dict(private=False))
            case "/authorize":
                self._authorize({name: values[0] for name, values in parse_qs(address.query).items()})
            case "/userinfo":
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                claims = self.tokens.get(token)
                self._json(claims or {"error": "invalid_token"}, 200 if claims else 401)
            case _:
                self._json({"error": "not found"}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if urlsplit(self.path).path == "/token":
            self._token(form)
        else:
            self._json({"error": "not found"}, 404)

    def _authorize(self, asked: dict[str, str]) -> None:
        if asked["client_id"] != CLIENT or asked["code_challenge_method"] != "S256":
            self._json({"error": "invalid_request"}, 400)
            return
        answer = {"state": asked["state"]}
        if asked["user"] in self.users:
            code = secrets.token_urlsafe(24)
            self.codes[code] = asked
            answer["code"] = code
        else:
            answer["error"] = "access_denied"
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def _token(self, form: dict[str, str]) -> None:
        sent = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        asked = self.codes.pop(form.get("code", ""), None)  # each code once
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if sent != f"{CLIENT}:{SECRET}":
            self._json({"error": "invalid_client"}, 401)
        elif (
            not asked or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]
        ):
            self._json({"error": "invalid_grant"}, 400)
        else:
            claims = self.users[asked["user"]]
            now = int(time.time())
            signed = jwt.encode(
                {"alg": "RS256", "kid": "one"},
                {**claims, "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60},
                self.key,
            )
            token = secrets.token_urlsafe(24)
            self.tokens[token] = claims
            self._json({"access_token": token, "token_type": "Bearer", "expires_in": 60, "id_token": signed})

    def _json(self, value: object, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the test reads the issuer alone."""


def main() -> None:
    Provider.users = json.loads(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    Provider.issuer = f"http://127.0.0.1:{server.server_port}"
    print(Provider.issuer, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
