"""A story at the Notary door, told by python3-requests: python3 notary.py URL CA EMAIL PASSWORD DIRECTORY.

Logs in, makes a CA, asks with a PKCS#10, signs it, verifies the chain with openssl and the CRL, revokes, and sees that the
certificate does not verify any more. What it prints is for whoever reads a failure.
"""

import pathlib
import subprocess
import sys
import time

import requests

url, roots, email, password, directory = sys.argv[1:]
here = pathlib.Path(directory)
session = requests.Session()
# Else a bundle of the environment goes before this one.
session.trust_env = False
session.verify = roots


def call(method, path, status, **more):
    answer = session.request(method, url + path, timeout=30, **more)
    print(method, path, answer.status_code, answer.text[:300])
    assert answer.status_code == status, f"{answer.status_code} instead of {status}: {answer.text}"
    return answer.json()


def openssl(*arguments, fails=False):
    done = subprocess.run(["openssl", *arguments], cwd=here, capture_output=True, text=True)
    print("openssl", *arguments, done.returncode, done.stdout, done.stderr)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def written(name, text):
    (here / name).write_text(text)


def blocks(chain):
    end = "-----END CERTIFICATE-----\n"
    return [part.strip() + "\n" + end for part in (chain.strip() + "\n").split(end) if part.strip()]


assert call("GET", "/status", 200)["result"]["initialized"] is True
call("GET", "/api/v1/certificate_requests", 401)
token = call("POST", "/login", 200, json={"email": email, "password": password})["result"]["token"]
session.headers["Authorization"] = "Bearer " + token
assert call("GET", "/api/v1/accounts/me", 200)["result"]["email"] == email

authority = call(
    "POST",
    "/api/v1/certificate_authorities",
    201,
    json={"self_signed": True, "common_name": "Story CA", "organization_name": "Example, Inc.", "country_name": "DE"},
)["result"]["id"]
shown = call("GET", f"/api/v1/certificate_authorities/{authority}", 200)["result"]
assert shown["enabled"] is True
written("root.pem", blocks(shown["certificate"])[0])

openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "leaf.key")
openssl("req", "-new", "-key", "leaf.key", "-subj", "/CN=story.example.com",
        "-addext", "subjectAltName=DNS:story.example.com", "-out", "leaf.csr")
csr = (here / "leaf.csr").read_text()
request = call("POST", "/api/v1/certificate_requests", 201, json={"csr": csr})["result"]["id"]
call("POST", "/api/v1/certificate_requests", 400, json={"csr": csr})
path = f"/api/v1/certificate_requests/{request}"
waiting = call("GET", path, 200)["result"]
assert waiting["status"] == "Outstanding" and waiting["certificate_chain"] == ""

call("POST", path + "/sign", 202, json={"certificate_authority_id": str(authority)})
signed = call("GET", path, 200)["result"]
assert signed["status"] == "Active"
chain = blocks(signed["certificate_chain"])
assert len(chain) == 2
written("leaf.pem", chain[0])
openssl("verify", "-CAfile", "root.pem", "leaf.pem")


def revocations():
    path = f"/api/v1/certificate_authorities/{authority}/crl"
    # The first one is made in the second after its CA.
    while session.get(url + path, timeout=30).status_code == 503:
        time.sleep(0.1)
    written("list.pem", call("GET", path, 200)["result"]["crl"])


revocations()
openssl("verify", "-CAfile", "root.pem", "-CRLfile", "list.pem", "-crl_check", "leaf.pem")
call("POST", path + "/reject", 400)
call("POST", path + "/certificate/revoke", 202)
after = call("GET", path, 200)["result"]
assert after["status"] == "Revoked" and after["certificate_chain"] == ""

# A list is made behind the revocation; the next one has it.
for _ in range(600):
    revocations()
    done = subprocess.run(
        ["openssl", "verify", "-CAfile", "root.pem", "-CRLfile", "list.pem", "-crl_check", "leaf.pem"],
        cwd=here, capture_output=True, text=True)
    if "certificate revoked" in done.stdout + done.stderr:
        break
    time.sleep(0.1)
else:
    raise AssertionError("the revoked certificate still verifies")

call("DELETE", path, 202)
call("GET", path, 404)
print("the story ends well")
