"""Where a request comes from: what a proxy of ours says is believed, what anybody else says is not."""

from __future__ import annotations

import pytest

from config.addresses import parse_networks
from gateway.visitor import address_of, forwarded_for

PROXIES = parse_networks("10.0.0.5, 192.0.2.0/24, 2001:db8:ffff::/48")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),  # not a proxy of ours: says what it likes
        ("10.0.0.5", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.5", ["203.0.113.9, 198.51.100.1"], "198.51.100.1"),  # the visitor's own words come first
        ("10.0.0.5", ["198.51.100.1, 192.0.2.9"], "198.51.100.1"),  # two proxies of ours
        ("10.0.0.5", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.6", ["198.51.100.1"], "10.0.0.6"),
        ("10.0.0.5", [], "10.0.0.5"),
        ("10.0.0.5", ["nonsense"], "10.0.0.5"),
        ("10.0.0.5", [", ,"], "10.0.0.5"),
        ("2001:db8:ffff::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("2001:db8:1:2::99", [], "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
        (None, [], "unknown"),
        ("", ["1.1.1.1"], "unknown"),
    ],
)
def test_the_nearest_address_that_is_no_proxy_of_ours(peer, forwarded, address):
    assert address_of(peer, forwarded_for(forwarded), PROXIES) == address


def test_without_proxies_nothing_is_believed():
    assert address_of("10.0.0.5", ["1.1.1.1"], ()) == "10.0.0.5"
