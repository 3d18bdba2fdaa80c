"""What can be wrong with a key store, each told with what to do next."""

from __future__ import annotations

from kakou.kernel.errors import Refusal


class KeyTrouble(Refusal):
    """Any refusal of the key store: nothing was read or written with a wrong key."""

    code = "key-trouble"
    status = 503


class KeyStoreMissing(KeyTrouble):
    """The folder or its master key is not there. Never made silently: new keys cannot read old rows."""

    code = "key-store-missing"


class KeyStoreExposed(KeyTrouble):
    """Other users of the machine may read the master key."""

    code = "key-store-exposed"


class KeyUnknown(KeyTrouble):
    """A row names a key which the store never had, or has lost."""

    code = "key-unknown"


class KeyDestroyed(KeyTrouble):
    """The key was destroyed on purpose; what it sealed stays unreadable, whoever brings a copy of it."""

    code = "key-destroyed"
    status = 410


class KeyUnreadable(KeyTrouble):
    """The file is damaged, or was wrapped under another master key or another name."""

    code = "key-unreadable"
