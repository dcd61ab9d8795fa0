"""What each test's application would compile anew from the same text: templates, and the rules of addresses.

Both are kept for as long as the process runs; what is compiled depends on nothing but the text that is its key.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class _Templates(BytecodeCache):
    """The code of templates, by name, file and the hash of their source."""

    def __init__(self) -> None:
        self.code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self.code[bucket.key, bucket.checksum] = bucket.code


_templates = _Templates()


def keep_templates(app: Flask) -> Flask:
    """Let the application share the code of its templates with the next one, and return it."""
    app.jinja_env.bytecode_cache = _templates
    return app


def keep_rules() -> None:
    """Let routes with the same rule share the functions that build their addresses."""
    compile_builder: Callable[[Rule, bool], Builder] = Rule._compile_builder
    kept: dict[tuple[Any, ...], Builder] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Builder:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (rule.rule, *rule._trace, append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    Rule._compile_builder = compile_once  # type: ignore[method-assign]
