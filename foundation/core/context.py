"""What one application carries: its settings and what the features contribute to shared pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy.orm import Session

from foundation.config import Settings


@dataclass(frozen=True, slots=True)
class Task:
    """Something a person has to do now; `status` is one of "todo", "waiting", "done"."""

    title: str
    href: str
    hint: str = ""
    status: str = "todo"


TaskProvider = Callable[[Any, Session, datetime], list[Task]]
MergeListener = Callable[[Session, int, int], None]
RenameListener = Callable[[Session, Any, datetime], bool]


@dataclass(slots=True)
class Footing:
    """The application's settings and the providers that features register at start."""

    settings: Settings
    create_app: Callable[[Settings], Flask]
    """How to make another application, over other settings: a rehearsal builds a house of its own."""
    task_providers: list[TaskProvider] = field(default_factory=list)
    merge_listeners: list[MergeListener] = field(default_factory=list)
    """Who is told, before anything is moved, that the entry of one party is being merged with another's: kept, gone."""
    rename_listeners: list[RenameListener] = field(default_factory=list)
    """Who is told that a person has another name, may refuse it, and answers whether it is known in public there."""


def footing() -> Footing:
    """Return the running application's context."""
    found: Footing = current_app.extensions["footing"]
    return found


def settings() -> Settings:
    """Return the running application's settings."""
    return footing().settings


def external_url(endpoint: str, **values: Any) -> str:
    """Return an address for mails: built from BASE_URL, never from a Host header; it needs no request."""
    return settings().base_url + current_app.url_map.bind(settings().host).build(endpoint, values)


def render_letter(template: str, **values: Any) -> str:
    """Return the text of a mail; unlike a page it gets nothing that belongs to a request, for there may be none."""
    rendered: str = current_app.jinja_env.get_template(f"mail/{template}.txt").render(**values)
    return rendered
