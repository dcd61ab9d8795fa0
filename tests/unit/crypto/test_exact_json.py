import contextlib
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from elections.crypto.errors import Malformed, NotCanonical, Refusal, TooLarge
from elections.crypto.exact_json import Json, array, dumps, fields, loads, loads_exact, natural, string, strings

# Category Cs is that of surrogates, which are no characters.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def test_strings_are_escaped_as_belenios_tool_escapes_them():
    # Recorded from belenios-tool 3.0, setup make-election.
    text = "".join(map(chr, range(0x30))) + "\\\x7f\x80\u2028\ufeff😀"
    assert dumps(text) == (
        rb'"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f'
        rb"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"
        rb""" !\"#$%&'()*+,-./\\\u007f"""
        b'\xc2\x80\xe2\x80\xa8\xef\xbb\xbf\xf0\x9f\x98\x80"'
    )


@given(VALUES)
@example(-(10**15 - 1))
def test_what_is_written_reads_back_exactly(value: Json):
    assert loads_exact(dumps(value)) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes):
    with contextlib.suppress(Refusal):
        assert dumps(loads_exact(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1}\xef\xbb\xbf',
        b"\xff\xfe[\x001\x00]\x00",
        b'"\xed\xa0\x80"',
        b'"\xc0\xaf"',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"1.0",
        b"1e3",
        b"01",
        b"+1",
        b"0x1",
        b"1_0",
        b"\xd9\xa1",
        b'"tab\there"',
        b"[1,]",
        b"[1] [2]",
        b"'a'",
        b"",
        b"{",
        b'"unterminated',
        b"1234567890123456",
    ],
)
def test_what_is_not_our_json_is_malformed(data: bytes):
    with pytest.raises(Malformed):
        loads(data)


@pytest.mark.parametrize(
    "data", [b" 1", b"1\n", b'{"a": 1}', b"[1 ]", b'"\\u0041"', b'"\\/"', b'"\\u00e9"', b'"\\u001F"', b'"\x7f"', b"-0"]
)
def test_what_could_be_written_otherwise_is_not_canonical(data: bytes):
    loads(data)
    with pytest.raises(NotCanonical):
        loads_exact(data)


def test_half_a_surrogate_pair_is_refused():
    with pytest.raises(Malformed):
        loads_exact(b'"\\ud800"')


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":', b'["[",'])
def test_depth_is_limited_without_recursion(opening: bytes):
    started = time.process_time()
    with pytest.raises(TooLarge):
        loads(opening * 100_000)
    assert time.process_time() - started < 1


def test_depth_counts_no_brackets_within_strings():
    value: Json = ["[" * 50, '"' + "{" * 50, "\\" + "[" * 50]
    assert loads_exact(dumps(value), limit_depth=1) == value
    with pytest.raises(TooLarge):
        loads(dumps([["]" * 50, []]]), limit_depth=2)


def test_a_million_digits_are_refused_quickly():
    started = time.process_time()
    with pytest.raises(Malformed):
        loads(b"9" * 1_000_000)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "data",
    [b'"' + b'\\"' * 100_000, b'{"a":"' + b'\\"' * 100_000 + b"\\", b'""' * 100_000 + b'"', b'"' + b"a" * 200_000],
)
def test_a_string_that_never_ends_is_refused_quickly(data: bytes):
    begun = time.process_time()
    with pytest.raises(Malformed):
        loads(data)
    assert time.process_time() - begun < 1


def test_size_is_limited_before_parsing():
    with pytest.raises(TooLarge):
        loads(b"[" + b"1," * 5_000_000 + b"1]", limit_bytes=1_000_000)


def test_fields_come_in_the_given_order():
    value: Json = {"a": 1, "b": 2}
    assert fields(value, "a", "?c", "b") == value
    with pytest.raises(NotCanonical):
        fields(value, "b", "a")


@pytest.mark.parametrize("value", [{"a": 1}, {"a": 1, "b": 2, "c": 3}, {"a": 1, "c": 2}, [], "a", None])
def test_fields_refuse_missing_and_unknown_keys(value: Json):
    with pytest.raises(Malformed):
        fields(value, "a", "b")


@pytest.mark.parametrize("value", [True, False, -1, "1", None, [1]])
def test_natural_refuses_what_is_no_natural_number(value: Json):
    with pytest.raises(Malformed):
        natural(value)


@pytest.mark.parametrize("value", [{"a": 1}, "ab", None, 3])
def test_array_refuses_what_is_no_array(value: Json):
    with pytest.raises(Malformed):
        array(value)
    with pytest.raises(Malformed):
        array([1, 2], 3)


@pytest.mark.parametrize("value", [1, None, ["a"]])
def test_string_refuses_what_is_no_string(value: Json):
    with pytest.raises(Malformed):
        string(value)
    with pytest.raises(Malformed):
        strings([value])
