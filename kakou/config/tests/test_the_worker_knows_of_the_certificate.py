"""The worker opens orders about what does not run: it must know where the certificate of the local network lies."""

from types import SimpleNamespace

from kakou.config.serving import Installation


def test_it_is_told_as_pages_and_front_are(tmp_path):
    keeper = SimpleNamespace(env=lambda: {"KAKOU_TLS_CERT": "leaf.pem"})
    made = Installation(tmp_path, tmp_path / "s", host="127.0.0.1", port=1, stopped=lambda: False, keeper=keeper)
    told = {child.name for child in made.children if child.env.get("KAKOU_TLS_CERT")}
    assert told == {"worker", "pages", "front"}
