"""Holds a running server against its own description with schemathesis: as an owner's API token, and the routes of the
installation as its operator, logged in. Prints the figures; ends with 1 when anything was found."""

import argparse
import http.cookiejar
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
# An answer that never ends: what it says is looked at by conversation.rs::an_open_page_is_told_of_its_own_account_only.
ENDLESS = "/api/v1/stream"
# Answers what is wrong with an integration that is not made yet: 200 to anything that can be read.
JUDGES = "/api/v1/integrations/validate"
OPERATORS = "^/api/v1/(installation/.*|accounts)$"


class Client:
    """A person at the server."""

    def __init__(self, url):
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def call(self, method, path, body=None, kind="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, method=method, data=data, headers={"content-type": kind})
        with self.opener.open(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def cookie(self):
        return "; ".join(f"{it.name}={it.value}" for it in self.jar)


def furnish(app, phone_url):
    """Somebody writes to the demo's number, and a file is uploaded. Answers the ids of what is there."""
    number = app.call("GET", "/api/v1/integrations")["items"][0]
    simulator = Client(phone_url.removesuffix("/phone"))
    message = {"type": "text", "text": {"body": "hi"}}
    phone_number = number["credentials"]["phone_number_id"]
    written = {"phone_number_id": phone_number, "from": "4915123456789", "name": "Ana", "message": message}
    simulator.call("POST", "/_sim/inbound", written)
    for _ in range(200):
        found = app.call("GET", "/api/v1/conversations")["items"]
        if found:
            break
        time.sleep(0.05)
    file = app.call("POST", "/api/v1/media?filename=a.png", b"\x89PNG\r\n\x1a\n", "image/png")
    return {
        "INTEGRATION": number["id"],
        "CONVERSATION": found[0]["id"],
        "CONTACT": found[0]["contact"]["id"],
        "MEDIA": file["id"],
    }


def judge(arguments, name, header, ids, selection, examples):
    """One run. Answers its figures, and whether it found nothing."""
    report = pathlib.Path(arguments.report_dir).resolve() / f"{name}.json"
    # One worker: Python before 3.12 counts the depth of its parser over all threads, and two fail now and then.
    command = [
        str(pathlib.Path(sys.executable).parent / "schemathesis"),
        "--config-file", str(HERE / "schemathesis.toml"),
        "run", arguments.app_url + "/api/openapi.json",
        "--checks", "all", "--phases", "coverage,fuzzing,stateful", "--max-examples", str(examples),
        "--generation-deterministic", "--workers", "1", "--request-timeout", "30", "--no-shrink", "--no-color",
        "--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure",
        "--header", header, "--exclude-path", ENDLESS, "--exclude-path", JUDGES, *selection,
        "--report", "json", "--report-json-path", str(report),
    ]
    # What it keeps for itself goes beside the reports.
    environment = {**os.environ, **ids, "COLUMNS": "160"}
    done = subprocess.run(
        command, cwd=arguments.report_dir, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        print(done.stdout)
    return report, done


def main():
    parser = argparse.ArgumentParser()
    for name in ["app-url", "phone-url", "email", "password", "report-dir"]:
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--examples", type=int, default=20)
    arguments = parser.parse_args()
    pathlib.Path(arguments.report_dir).mkdir(parents=True, exist_ok=True)
    app = Client(arguments.app_url)
    app.call("POST", "/api/v1/session", {"email": arguments.email, "password": arguments.password})
    token = app.call("POST", "/api/v1/api_tokens", {"name": "schemathesis", "role": "owner"})["token"]
    ids = furnish(app, arguments.phone_url)
    owner = judge(arguments, "owner", f"Authorization: Bearer {token}", ids,
                  ["--exclude-path-regex", OPERATORS], arguments.examples)
    operator = judge(arguments, "operator", f"Cookie: {app.cookie()}", ids,
                     ["--include-path-regex", OPERATORS], arguments.examples)
    failed = False
    for who, (report, done) in [("owner", owner), ("operator", operator)]:
        tail = [line for line in done.stdout.splitlines() if "Tested:" in line or "generated" in line or line.startswith("===")]
        print(who, "|", *(line.strip(" =") for line in tail[-3:]), sep="  ")
        failed |= done.returncode != 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
