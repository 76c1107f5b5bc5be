from __future__ import annotations

import base64
import multiprocessing
from pathlib import Path

import pytest

from config.keys import decode_key, local_keys


def encoded(count: int) -> str:
    return base64.b64encode(bytes(range(200, 200 + count))).decode()


def test_a_key_is_read_in_either_alphabet_padded_or_not() -> None:
    raw = bytes(range(200, 232))
    for text in (
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
        base64.b64encode(raw).decode().rstrip("="),
        base64.b64encode(raw).decode() + "\n",
    ):
        assert decode_key(text) == raw


@pytest.mark.parametrize(
    ("text", "says"),
    [(encoded(31), "holds 31 bytes"), (encoded(33), "holds 33 bytes"), ("not base64!", "is not base64")],
)
def test_what_is_no_key_is_refused_and_not_repeated(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        decode_key(text)
    assert "openssl rand -base64 32" in str(caught.value)
    assert text not in str(caught.value)


def test_local_keys_are_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "keys.json"
    made = local_keys(path)
    assert len(made.secret_key) == len(made.data_key) == 32
    assert made.secret_key != made.data_key
    assert path.stat().st_mode & 0o777 == 0o600
    assert local_keys(path) == made
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_processes_that_start_together_get_the_same_keys(tmp_path: Path) -> None:
    path = tmp_path / "var" / "keys.json"
    with multiprocessing.get_context("fork").Pool(4) as pool:
        made = pool.map(local_keys, [path] * 16, chunksize=1)
    assert all(keys == made[0] for keys in made)


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"secret_key": "x", "data_key": "y"}', '{"secret_key": 1}']
)
def test_a_spoiled_file_is_never_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="does not hold two keys"):
        local_keys(path)
    assert path.read_text() == content


def test_keys_stay_out_of_repr(tmp_path: Path) -> None:
    keys = local_keys(tmp_path / "keys.json")
    assert repr(keys) == "Keys()"
