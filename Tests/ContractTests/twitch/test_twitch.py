"""The simulated Twitch as a program of its own, called as any client of Twitch would."""

import http.client
import subprocess
import urllib.error

import pytest

import target as targets
from emulator import BUILD


def status_of(action):
    with pytest.raises(urllib.error.HTTPError) as raised:
        action()
    return raised.value.code


def test_a_client_signs_in_and_finds_the_world_of_the_seed(twitch):
    server = twitch("--seed", "7")
    assert status_of(lambda: server.sign_in(secret="wrong")) == 403
    server.sign_in()
    streams = server.helix("/streams?first=100")
    assert len(streams["data"]) == 100 and streams["pagination"]["cursor"]
    users = "&".join(f"id={stream['user_id']}" for stream in streams["data"])
    assert len(server.helix(f"/users?{users}")["data"]) >= 95
    channels = server.helix("/channels?" + users.replace("id=", "broadcaster_id="))["data"]
    assert all(isinstance(channel["content_classification_labels"], list) for channel in channels)
    top = server.helix("/games/top?first=10")
    assert len(top["data"]) == 10
    assert server.helix(f"/games?id={top['data'][0]['id']}")["data"][0]["name"] == top["data"][0]["name"]
    assert status_of(lambda: server.helix("/clips")) == 501
    said = server.stop()
    assert f"TWITCH_API_URL={server.endpoint}/helix" in said
    assert server.process.returncode == 0


def test_defects_are_switched_on_at_the_start_and_while_it_runs(twitch):
    server = twitch("--defect", "null-tags", "reset", "--client-id", "me", "--client-secret", "mine")
    server.sign_in("me", "mine")
    assert server.call("/defects") == {"names": ["null-tags", "reset"], "seed": None}
    for _ in range(2):
        assert all(stream["tags"] is None for stream in server.helix("/streams?first=5")["data"])
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        server.helix("/streams?first=5")
    server.call("/defects?name=html-500", "PUT")
    assert server.helix("/streams?first=100")["data"][0]["tags"] is not None
    server.helix("/streams?first=5")
    assert status_of(lambda: server.helix("/streams?first=5")) == 500
    assert server.call("/defects", "DELETE") == {"names": [], "seed": None}
    assert all(server.helix("/streams?first=5")["data"] for _ in range(6))


def test_a_page_of_another_site_cannot_switch_them(twitch):
    server = twitch()
    assert status_of(lambda: server.call("/defects?name=slow", "PUT", Origin="https://example.org")) == 403
    assert server.call("/defects")["names"] == []


def test_a_wrong_name_is_refused_with_the_right_ones():
    if targets.CHOSEN:
        pytest.skip("a program of its own, whatever the endpoint under test is")
    done = subprocess.run(
        [str(BUILD / "rivulet-local"), "twitch", "--defect", "rot"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 64
    assert "loop-cursor" in done.stderr and "dead-token" in done.stderr
