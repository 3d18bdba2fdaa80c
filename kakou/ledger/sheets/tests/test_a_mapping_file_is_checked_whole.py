import pytest

from kakou.ledger.sheets import MappingRefused, load_mapping

GOOD = """
version = 1
source = "门卫登记表"
[time]
columns = ["时间"]
formats = ["%Y-%m-%d %H:%M"]
zone = "Asia/Shanghai"
[subject]
kind = "person"
document = "证件号"
phone = "电话"
name = "姓名"
[gate]
column = "卡口"
[direction]
column = "方向"
values = { in = ["进", "in"], out = ["出"] }
[[units]]
name = "幸福小区"
kind = "compound"
gates = { "东门" = "东大门", "西门" = "西门" }
"""


def test_a_good_one_is_read():
    mapping = load_mapping(GOOD)
    assert mapping.columns() == {
        "document": "证件号", "phone": "电话", "name": "姓名", "time0": "时间", "gate": "卡口", "direction": "方向"
    }  # fmt: skip
    assert mapping.units[0].gate_names() == {"东门": "东大门", "西门": "西门"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version = 1", "version = 2", "Invalid enum value 2"),
        ("zone =", "zome =", "unknown field `zome` - at `$.time`"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Suining"', "no time zone “Asia/Suining”"),
        ('zone = "Asia/Shanghai"', 'zone = "../../etc/passwd"', "no time zone"),
        ('columns = ["时间"]', "columns = []", "time.columns is empty"),
        ('phone = "电话"', 'plate = "车牌"', "subject.plate does not fit"),
        ('document = "证件号"\nphone = "电话"\n', "", "subject names no column"),
        ('out = ["出"]', 'out = ["IN"]', "“in” stands for two directions"),
        ('out = ["出"]', 'outt = ["出"]', "outt"),
        ('"西门" = "西门"', '"西门" = ""', "Expected `str` of length >= 1"),
        ("[time]", "[time", "not valid TOML"),
        ('kind = "compound"', 'kind = "compound"\nrule = "alternate"', "either a direction column or rules"),
        ('kind = "compound"', 'inside = "街道"', "lies in “街道”"),
        ('[gate]\ncolumn = "卡口"', '[gate]\ncolumn = ["卡口"]', "`$.gate.column`"),
        ('name = "姓名"', 'name = "姓名"\ndocument_kind = "77"', "“77” is not a kind of document"),
    ],
)
def test_what_is_wrong_is_named(old, new, told):
    assert old in GOOD
    with pytest.raises(MappingRefused) as refused:
        load_mapping(GOOD.replace(old, new))
    assert told in str(refused.value)


def test_without_directions_it_needs_a_rule_and_a_home_needs_residents():
    bare = GOOD[: GOOD.index("[direction]")] + '[[units]]\nname = "A"\ngates = ["a"]\n'
    with pytest.raises(MappingRefused, match="Directions are missing"):
        load_mapping(bare)
    with pytest.raises(MappingRefused, match="no home_of"):
        load_mapping(bare + 'rule = "home"\n')
    with pytest.raises(MappingRefused, match="“a” stands in two units"):
        load_mapping(bare + 'rule = "alternate"\n[[units]]\nname = "B"\nreaders = ["A "]\n')
    with pytest.raises(MappingRefused, match="“A” stands twice"):
        load_mapping(bare + 'rule = "alternate"\n[[units]]\nname = "A"\n')
