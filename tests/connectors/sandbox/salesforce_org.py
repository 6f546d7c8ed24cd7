"""The simulated Salesforce as a process, with a session of its API."""

from __future__ import annotations

from typing import Any

import requests

from tests.connectors.sandbox.server import Running

CLIENT = {"client_id": "hub", "client_secret": "s3cret", "username": "hub@example.com"}
DATA = "/services/data/v67.0"


class Org(Running):
    """The simulation with a session of its API."""

    def login(self) -> None:
        self.http.headers["Authorization"] = f"Bearer {self.token()['access_token']}"

    def token(self, **form: str) -> dict[str, Any]:
        form = {"grant_type": "client_credentials", "client_id": "hub", "client_secret": "s3cret"} | form
        found: dict[str, Any] = requests.post(f"{self.url}/services/oauth2/token", data=form, timeout=5).json()
        return found

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        return self.http.request(method, self.url + DATA + path, json=body, headers=headers)

    def query(self, soql: str, resource: str = "query", **headers: str) -> Any:
        return self.http.get(f"{self.url}{DATA}/{resource}", params={"q": soql}, headers=headers).json()

    def column(self, soql: str, name: str = "Name", resource: str = "query") -> list[Any]:
        answer = self.query(soql, resource)
        assert isinstance(answer, dict), answer
        return [record[name] for record in answer["records"]]

    def account(self, **fields: Any) -> str:
        answer = self.call("POST", "/sobjects/Account", {"Name": "Acme"} | fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def held(self, object: str, id: str) -> dict[str, Any]:
        [found] = [record for record in self.dump(object) if record["Id"] == id]
        return found


def refusal(answer: requests.Response) -> tuple[int, str, str, list[str] | None]:
    """Status, code, message and fields of an answer that must be a list of one error."""
    [error] = answer.json()
    return answer.status_code, error["errorCode"], error["message"], error.get("fields")
