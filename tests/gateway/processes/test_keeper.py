"""How long a keeper waits before it starts a process again."""

from __future__ import annotations

import sys
import time

from gateway.processes import keeper as module
from gateway.processes.keeper import Keeper
from gateway.processes.process import Process


def endings(keeper, number):
    """Turn until it has ended so often; the waits in between are cut short."""
    found = []
    until = time.monotonic() + 20
    while len(found) < number and time.monotonic() < until:
        ending = keeper.turn()
        if ending:
            found.append(ending)
            keeper._start_again_at = time.monotonic()
        time.sleep(0.01)
    return found


def test_the_wait_doubles_up_to_its_bound(monkeypatch):
    monkeypatch.setattr(module, "LONGEST_WAIT_SECONDS", 3.0)
    keeper = Keeper(Process("broken", (sys.executable, "-S", "-c", "raise SystemExit(7)")))
    keeper.start()
    found = endings(keeper, 5)
    keeper.kill()
    assert [each.restart_in_seconds for each in found] == [0.5, 1.0, 2.0, 3.0, 3.0]
    assert {each.code for each in found} == {7}
    assert keeper.endings == 5


def test_one_that_ran_steadily_begins_at_the_first_wait_again(monkeypatch):
    keeper = Keeper(Process("broken", (sys.executable, "-S", "-c", "pass")))
    keeper.start()
    assert [each.restart_in_seconds for each in endings(keeper, 2)] == [0.5, 1.0]
    monkeypatch.setattr(module, "STEADY_SECONDS", 0.0)
    assert [each.restart_in_seconds for each in endings(keeper, 1)] == [0.5]
    keeper.kill()


def test_it_does_not_start_before_the_wait_is_over():
    keeper = Keeper(Process("broken", (sys.executable, "-S", "-c", "pass")))
    keeper.start()
    ending = None
    while ending is None:
        ending = keeper.turn()
        time.sleep(0.01)
    assert keeper.turn() is None
    assert not keeper.is_running


def test_one_told_to_end_is_not_started_again(monkeypatch):
    monkeypatch.setattr(module, "FIRST_WAIT_SECONDS", 0.0)
    keeper = Keeper(Process("broken", (sys.executable, "-S", "-c", "pass")))
    keeper.start()
    while keeper.turn() is None:
        time.sleep(0.01)
    keeper.terminate()
    keeper.turn()
    assert not keeper.is_running


def test_its_own_environment_is_added_to_ours(monkeypatch, tmp_path):
    monkeypatch.setenv("OURS", "o")
    code = f"import os; open({str(tmp_path / 'out')!r}, 'w').write(os.environ['OURS'] + os.environ['OWN'])"
    keeper = Keeper(Process("speaks", (sys.executable, "-S", "-c", code), env={"OWN": "w"}))
    keeper.start()
    endings(keeper, 1)
    assert (tmp_path / "out").read_text() == "ow"
