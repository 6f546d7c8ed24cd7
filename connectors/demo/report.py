"""What the demo tells people at its end."""

from __future__ import annotations

from typing import Any


def words(result: dict[str, Any]) -> str:
    """The summary of a scripted run, for a person."""
    lines = ["", "Summary"]
    lines.append(f"  {result['source_records']} source records became {sum(result['golden'].values())} golden records")
    lines.append(f"  {result['auto_linked']} linked by the machine, {result['review']} cases for a steward")
    lines.append(
        f"  {sum(result['pushes'].values())} writes to the systems, {result['second_run_pushes']} in the second run"
    )
    for entity in result["precision"]:
        lines.append(f"  {entity}s: precision {result['precision'][entity]}, recall {result['recall'][entity]}")
    for rule, scores in result["naive"].items():
        told = ", ".join(f"{entity}s {score['recall']}" for entity, score in scores.items())
        lines.append(f"  naive {rule}: recall {told}")
    lines.append(
        f"  auditor: drift {result['drift']}, doubled {result['doubled']}, missing {result['missing']}; "
        f"dead letters {result['dead_letters']}"
    )
    lines += [f"  {'yes' if happened else 'NO '}  {name}" for name, happened in result["story"].items()]
    return "\n".join(lines)


def welcome(web: str, urls: dict[str, str], logins: list[tuple[str, str]], token: str) -> str:
    """Where things are and how to sign in."""
    lines = ["", "Goldenrod is running.", f"  {web}/", f"  {web}/admin/"]
    lines += [f"  sign in as {name} with password {password}" for name, password in logins]
    lines += [f"  API token: {token}", "Simulated systems:"]
    lines += [f"  {code}: {url}" for code, url in urls.items()]
    lines += ["Ctrl-C stops everything."]
    return "\n".join(lines)
