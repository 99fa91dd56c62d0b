"""Who a client is behind proxies, how much one may ask for, which language a page speaks, what settings are refused."""

import ipaddress

import pytest
from pydantic import ValidationError

from templates.page_words import choose_language
from web.limits import MOST_CLIENTS, Limiter, client_of
from web.settings import WebSettings


def test_a_bucket_fills_up_again_and_silent_clients_are_forgotten() -> None:
    limiter = Limiter(2)
    assert [limiter.take("a", 0.0) for _ in range(3)] == [True, True, False]
    assert not limiter.take("a", 29.0)
    assert limiter.take("a", 31.0)
    for n in range(3 * MOST_CLIENTS):
        limiter.take(str(n), 40.0)
    assert len(limiter._left) == MOST_CLIENTS


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # nobody's proxy: what it says is worth nothing
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6", "198.51.100.1, 10.0.0.7"], "198.51.100.1"),
        ("127.0.0.1", ["rubbish"], "127.0.0.1"),
        ("::ffff:127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        (None, ["198.51.100.1"], "None"),
    ],
)
def test_the_client_is_the_last_that_our_own_proxies_do_not_vouch_for(
    peer: str | None, forwarded: list[str], expected: str
) -> None:
    proxies = [ipaddress.ip_network(each) for each in ("127.0.0.1", "10.0.0.0/24")]
    assert client_of(peer, forwarded, proxies) == expected


@pytest.mark.parametrize(
    ("accepted", "other", "expected"),
    [
        ("", "de", "de"),
        ("", "fr", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "en", "de"),
        ("en;q=0.4, de;q=0.7", "en", "de"),
        ("fr,nl;q=0.5", "de", "de"),
        ("de;q=0", "en", "en"),
        ("*", "de", "de"),
        ("de;q=rubbish,en;q=", "de", "de"),
        (", ;;,=" * 1000, "", "en"),
    ],
)
def test_a_page_speaks_the_readers_language(accepted: str, other: str, expected: str) -> None:
    assert choose_language(accepted, other) == expected


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"address": "help.example.com"}, "no address of a site"),
        ({"address": "ftp://help.example.com"}, "no address of a site"),
        ({"address": "https://user@help.example.com"}, "no address of a site"),
        ({"address": "https://help.example.com/?x=1"}, "no address of a site"),
        ({"address": "https://help.example.com/a b"}, "no address of a site"),
        ({"address": "https://help.example.com:99999"}, "no address of a site"),
        ({"address": "https://"}, "no address of a site"),
        ({"listen": "localhost:8025"}, "no address and port"),
        ({"listen": "8025"}, "no address and port"),
        ({"listen": "127.0.0.1:0"}, "no such port"),
        ({"listen": "127.0.0.1:65536"}, "no such port"),
        ({"proxies": ["proxy.example.com"]}, "no IP address or network"),
        ({"proxies": ["10.0.0.7/24"]}, "no IP address or network"),
    ],
)
def test_settings_that_mean_nothing_are_refused_in_words(given: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        WebSettings.model_validate(given)


def test_an_address_has_a_prefix_and_an_origin() -> None:
    settings = WebSettings(address="https://Help.example.com:8443/feedback/", listen="[::1]:8025")
    assert (settings.address, settings.prefix) == ("https://Help.example.com:8443/feedback", "/feedback")
    assert settings.origin == "https://help.example.com:8443"
    assert settings.place == ("::1", 8025)
    assert WebSettings(address="https://help.example.com:443").origin == "https://help.example.com"
