"""Whoever types an address reaches nothing through us that stands beside us."""

import ipaddress

import pytest

from kakou.notices.posting import Guard, NotReached

PUBLIC, PUBLIC6 = "8.8.8.8", "2001:4860:4860::8888"
INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
]  # fmt: skip


# a first, a middle and a last address of each row of the two registries of IANA (2025), of multicast and of what was
# withdrawn; and addresses of IPv6 that lead to such an IPv4 one
REGISTRIES = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.0.0/29", "192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32", "192.0.0.170/31", "192.0.2.0/24",
    "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32", "::1/128", "::/128",
    "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/32", "2001:1::1/128", "2001:1::2/128", "2001:1::3/128",
    "2001:2::/48", "2001:3::/32", "2001:4:112::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28", "2001:db8::/32",
    "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "::/96",
    "4000::/3", "e000::/4",
]  # fmt: skip


def leading_to(address):
    """The same IPv4 address as mapped, translated (NAT64, SIIT), by 6to4, by Teredo and compatible."""
    number = int(address)
    for base, shift in (("::ffff:0:0", 0), ("64:ff9b::", 0), ("::ffff:0:0:0", 0), ("2002::", 80), ("::", 0)):
        yield str(ipaddress.IPv6Address(int(ipaddress.IPv6Address(base)) | number << shift))
    yield str(ipaddress.IPv6Address(int(ipaddress.IPv6Address("2001::")) | (number ^ 0xFFFFFFFF)))


@pytest.mark.parametrize("row", REGISTRIES)
def test_no_row_of_the_registries_is_written_to_in_whatever_dress(row):
    network = ipaddress.ip_network(row)
    size = network.num_addresses
    for found in {network[0], network[size // 2], network[-1]}:
        dresses = [str(found), *(leading_to(found) if found.version == 4 else ())]
        for dressed in dresses:
            with pytest.raises(NotReached) as refused:
                guard([dressed]).checked("x.example", 443, is_plain=False)
            assert refused.value.code == "address-refused", dressed


def guard(*answers, own=()):
    asked = iter(answers)
    return Guard(Guard.of(own).own, lambda host, port: list(next(asked)))


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused_alone_and_among_others(address):
    for found in ([address], [PUBLIC, address], [address, PUBLIC]):
        with pytest.raises(NotReached) as refused:
            guard(found).checked("x.example", 443, is_plain=False)
        assert refused.value.code == "address-refused" and refused.value.for_good


@pytest.mark.parametrize(
    "address", [PUBLIC, PUBLIC6, "64:ff9b::808:808", "2002:808:808::1", "240e::1", "2001:200::1", "223.5.5.5"]
)
def test_an_address_of_everybody_is_taken(address):
    assert guard([address]).checked("x.example", 443, is_plain=False) == address


def test_a_name_is_asked_once_and_what_was_looked_at_is_what_is_connected_to():
    once = guard([PUBLIC], ["127.0.0.1"])
    assert once.checked("x.example", 443, is_plain=False) == PUBLIC


def test_one_s_own_network_is_allowed_where_the_settings_say_so():
    own = ("10.3.0.0/16", "127.0.0.0/8")
    assert guard(["10.3.4.5"], own=own).checked("robot.lan", 80, is_plain=True) == "10.3.4.5"
    mapped = guard(["::ffff:10.3.4.5"], own=own).checked("robot.lan", 80, is_plain=True)
    assert ipaddress.ip_address(mapped) == ipaddress.ip_address("::ffff:10.3.4.5")
    with pytest.raises(NotReached):
        guard(["10.4.4.5"], own=own).checked("robot.lan", 80, is_plain=True)


def test_nothing_goes_to_the_world_without_encryption():
    with pytest.raises(NotReached) as refused:
        guard([PUBLIC]).checked("x.example", 80, is_plain=True)
    assert refused.value.code == "plain-refused"


def test_a_name_that_nobody_knows_may_be_known_later():
    def fails(host, port):
        raise OSError

    for one in (Guard(look_up=fails), guard([]), guard(["no address"])):
        with pytest.raises(NotReached) as refused:
            one.checked("x.example", 443, is_plain=False)
        assert refused.value.code == "name-unknown" and not refused.value.for_good


@pytest.mark.parametrize("host", ["0x7f.1", "2130706433", "127.1", "localhost"])
def test_other_spellings_of_this_machine_are_no_way_in(host):
    with pytest.raises(NotReached):
        Guard().checked(host, 443, is_plain=False)
