import subprocess
import sys

import pytest

from kakou import vault
from kakou.vault.keys import KeyStore, KeyStoreMissing


def test_it_is_opened_once(tmp_path, monkeypatch):
    monkeypatch.setenv("KAKOU_KEYS", str(tmp_path / "keys"))
    KeyStore.create(tmp_path / "keys")
    assert vault.store() is vault.store()
    assert vault.store().folder == tmp_path / "keys"


def test_it_is_not_made_by_asking_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("KAKOU_KEYS", str(tmp_path / "elsewhere"))
    with pytest.raises(KeyStoreMissing):
        vault.store()
    assert not (tmp_path / "elsewhere").exists()


def test_sealing_needs_no_django():
    code = "import sys; import kakou.vault.sealing, kakou.vault.rules; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
