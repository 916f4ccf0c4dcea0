"""Numbers of persons in what is to be published: found however they are written, and nothing else for one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contracts.private_numbers_rules import BANK_CARD, ID_CARD, MOBILE, find, mask

ID = "11010519491231002X"
CARD = "6222021234567890128"


def kinds(text):
    return [one.kind for one in find(text)]


@pytest.mark.parametrize("text", [
    ID, ID.lower(), f"张三({ID})", "520329190001010018", "520329190001010015",  # the last one was mistyped
    "５２０３２９１９０００１０１００１８", "1101051949123100２Ｘ", "11010519491231002×", "11010519491231002Х",
    "520329 19000101 0018", "520329-19000101-0018", "520329　1900　0101　0018", "5203 2919 0001 0100 18",
    "5 2 0 3 2 9 1 9 0 0 0 1 0 1 0 0 1 8", "52032919000101\n0018", "520329190001010018。", "证号：520329190001010018，",
    "520329‑19000101‑0018", "520329\u200b19000101\u200b0018", "52032919000101001 8", "11010519491231002 X",
    "520329 19000101 0015",  # mistyped, in the usual groups
    "520329650101123", "520329 650101 123", "520329-650101123",  # fifteen digits, from before 1999
    "٥٢٠٣٢٩١٩٠٠٠١٠١٠٠١٨", "序号1234567520329190001010018",  # ran together with the column before
])
def test_an_id_card_is_found_however_it_is_written(text):
    assert kinds(text) == [ID_CARD]


@pytest.mark.parametrize("text", [
    "13808123456", "１３８０８１２３４５６", "138 0812 3456", "138-0812-3456", "138—0812—3456", "138.0812.3456",
    "1380812 3456", "138 08123456", "138 - 0812 - 3456", "138　0812　3456", "1 3 8 0 8 1 2 3 4 5 6", "138_0812_3456",
    "+8613808123456", "+86 138 0812 3456", "+86-13808123456", "008613808123456", "8613808123456", "013808123456",
    "电话13808123456。", "微信wx13808123456abc", "张三13808123456李四", "1.13808123456", "(138)08123456",
    "13808123456x2", "138\u200b0812\u200b3456", "①13808123456", "19912345678", "16612345678",
])
def test_a_mobile_number_is_found_however_it_is_written(text):
    assert kinds(text) == [MOBILE]


@pytest.mark.parametrize("text", [
    CARD, "６２２２０２１２３４５６７８９０１２８", "6222 0212 3456 7890 128", "6222-0212-3456-7890-128", "卡号" + CARD,
    "4111111111111111", "4111 1111 1111 1111", "5500005555555559", "622202 1234567890128", "4111-1111-1111-1111",
    " ".join(CARD),
])
def test_a_bank_card_is_found_however_it_is_written(text):
    assert kinds(text) == [BANK_CARD]


@pytest.mark.parametrize("text", [
    "", "张三", "2026-01-01", "2026-01-01至2026-12-31", "20260101-20261231", "2026.05.12 08:30", "2026年1月1日",
    "520329100201", "520329100201 2026", "520329 100 201", "村代码520329100201，户数1380",
    "12345678.90", "138081234.56", "1,380,812,345.00", "13 808 123 456", "收入 1500 300 4500", "4500 5200 5300 6100",
    "028-87654321-1380", "0852-24621234转138", "0852-2462138-8013", "0851-24621234", "12345", "12380", "400-800-8820",
    "1380812345", "138081234567", "12808123456", "10086", "95588",
    "91520329MA6DLQ1234", "915203290678123456", "52520329MJU1234567", "26522000000012345678",  # codes, an invoice
    "6222021234567890129", "4111111111111112",  # no check digit of a bank's
    "520329190013010014", "520329190001320015",  # no such day
    "138****3456", "5203************18", "6222***********0128", "合计 138 户 0812 人", "1 2 3 4 5 6 7 8 9 10 11 12 13",
    "106.7134567890", "2026 2027 2028 2029", "13.8亿元", "1.3808 1.2345", "135，2026，1200",
    "9787115428028", "978-7-115-42802-8",  # a book
])
def test_what_only_resembles_one_is_left_alone(text):
    assert find(text) == []


@pytest.mark.parametrize(("text", "result"), [
    ("张三 520329190001010018 已发", "张三 5203************18 已发"),
    ("电话：138 0812 3456。", "电话：138******56。"),
    ("+8613808123456", "+86138******56"),
    ("+86 138 0812 3456", "+86 138******56"),
    ("卡 6222 0212 3456 7890 128", "卡 6222***********0128"),
    ("13808123456x2", "138******56x2"),
    (f"{ID}、13808123456、{CARD}", "1101************2X、138******56、6222***********0128"),
    ("没有", "没有"),
])
def test_masking_leaves_enough_to_find_the_place_and_too_little_to_name_anybody(text, result):
    assert mask(text) == result
    assert find(result) == []


def test_a_place_is_told_in_the_text_as_it_was_written():
    text = "⑴张三１３８０８１２３４５６，李四 138-0812-3457；"
    assert [text[one.at:one.end] for one in find(text)] == ["１３８０８１２３４５６", "138-0812-3457"]


def test_several_in_a_row_of_a_table_are_all_found():
    assert kinds(f"1 张三 {ID} 13808123456 {CARD} 1200.00\n2 李四 520329 19000101 0018 138 0812 3456 300") == [
        ID_CARD, MOBILE, BANK_CARD, ID_CARD, MOBILE]


GAPS = st.sampled_from(["", " ", "-", "　", "—", "\u200b", " - "])
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@st.composite
def id_cards(draw):
    day = draw(st.dates(date(1920, 1, 1), date(2026, 12, 31)))
    division = draw(st.sampled_from(["520329", "510104", "110105", "650102"]))
    body = f"{division}{day:%Y%m%d}{draw(st.integers(0, 999)):03}"
    last = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS)) % 11]
    return body + last


@st.composite
def cards(draw):
    body = "62" + "".join(map(str, draw(st.lists(st.integers(0, 9), min_size=16, max_size=16))))
    total = sum(int(digit) * 2 // 10 + int(digit) * 2 % 10 for digit in body[::-2]) + sum(map(int, body[-2::-2]))
    return body + str(-total % 10)


@given(id_cards(), GAPS, st.booleans())
def test_any_valid_id_card_is_found_in_the_usual_groups(number, gap, is_full_width):
    text = gap.join([number[:6], number[6:14], number[14:]])
    assert kinds(f"姓名{text.translate(FULL_WIDTH) if is_full_width else text}住址") == [ID_CARD]


@given(cards(), GAPS)
def test_any_card_of_a_bank_is_found_in_fours(number, gap):
    assert kinds(gap.join(number[at:at + 4] for at in range(0, 19, 4))) == [BANK_CARD]


@given(st.integers(13_0000_00000, 19_9999_99999).map(str), st.sampled_from(["", "+86", "0086", "0"]))
def test_any_mobile_number_is_found(number, prefix):
    assert kinds(f"电话{prefix}{number}") == [MOBILE]


@given(st.lists(st.dates(date(1990, 1, 1), date(2099, 12, 31)), min_size=1, max_size=3),
       st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日"]),
       st.sampled_from([" ", "-", "至", "\n", "—"]))
def test_days_are_never_taken_for_one(days, form, between):
    assert find(between.join(day.strftime(form) for day in days)) == []


@given(st.lists(st.decimals(0, 99_999_999, places=2), min_size=1, max_size=4), st.sampled_from(["\n", "；", "元 "]))
def test_amounts_are_never_taken_for_one(amounts, between):
    assert find(between.join(f"{amount}" for amount in amounts)) == []
    assert find(between.join(f"{amount:,}" for amount in amounts)) == []


@given(st.integers(110_000_000_000, 830_000_000_000), st.sampled_from(["", " 2026", " 1,380 户", "-01"]))
def test_codes_of_divisions_are_never_taken_for_one(code, after):
    assert find(f"代码{code}{after}") == []


@given(st.text(alphabet="0123456789Xx -.\n０１９张*", max_size=60))
def test_masking_any_text_leaves_nothing_to_find_and_all_else_as_it_was(text):
    result = mask(text)
    assert find(result) == []
    for one in find(text):
        assert 0 <= one.at < one.end <= len(text)
    if not find(text):
        assert result == text
