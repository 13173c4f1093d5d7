"""The learner's own table: every dialect is read back, everything else is refused with a sentence that says where."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.data import MOST_COLUMNS, MOST_ROWS, Table
from engine.errors import DataRefused
from engine.own_table import FEWEST_ROWS, LARGEST, LONGEST_NAME, MOST_BYTES, read_table

# --- what is read ----------------------------------------------------------------------------------------------

NUMBERS = [[1.5, 2.0], [-3.0, 0.04], [5.0, 600.0]]


@pytest.mark.parametrize(
    "text",
    [
        "x,y\n1.5,2\n-3,.04\n5.,6e2",
        "x;y\n1.5;2\n-3;.04\n5;6e2\n",
        "x;y\n1,5;2\n-3;,04\n5;6e2\n",
        "x\ty\n1,5\t2\n-3\t0,04\n5\t600\n",
        "x|y\n1.5|2\n-3|0.04\n5|600\n",
        "x y\n1.5 2\n-3 0.04\n5 600\n",
        "x y\n1,5 2\n-3 0,04\n5 600\n",
        "  x     y\n  1.5   2.0\n -3     0.04 \n  5 \t 600\n",
        "x, y\n1.5, 2\n -3 ,0.04\n 5 , 600\n",
        '"x","y"\n"1.5","2"\n"-3","0.04"\n"5","600"\n',
        '"x","y"\n"1,5","2"\n"-3","0,04"\n"5","600"\n',
        "x,y\r\n1.5,2\r\n-3,0.04\r\n5,600\r\n\r\n\r\n",
        "x,y\r1.5,2\r-3,0.04\r5,600\r",
        "\n\nx,y\n1.5,2\n\n-3,0.04\n5,600\n   \n\n",
        "x,y\n1.5,2\n-3,0.04\n5,600\n,\n,\n",
        "x,y\n+1.5,+2E+0\n−3,4e-2\n5,6e+02\n",
        "\ufeffx,y\n1.5,2\n-3,0.04\n5,600\n",
        "x\u200b,\u200ey\n1.5\u200b,2\n-3,\u00a00.04\n5,600\n",
    ],
)
def test_one_table_in_many_dialects(text: str):
    table = read_table(text)
    assert table.names == ("x", "y")
    assert table.values.tolist() == NUMBERS
    assert table.left_out == ()
    assert read_table(text.encode()) == table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str):
    table = read_table("Größe;Maß\n1,5;2\n-3;0,04\n5;600\n".encode(encoding))
    assert table.names == ("Größe", "Maß")
    assert table.values.tolist() == NUMBERS


@pytest.mark.parametrize("stray", [b"\xff", b"\xe9", b"\x80", b"\xc3"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_stray_byte_makes_no_other_text_of_the_rest(stray: bytes, mark: bytes):
    table = read_table(mark + "Größe,Maß,Ort\n1.5,2,Kö".encode() + stray + "ln\n-3,.04,Gießen\n5,600,Ulm".encode())
    assert table.names == ("Größe", "Maß")
    assert table.values.tolist() == NUMBERS


@pytest.mark.parametrize(
    "names",
    ["Größe;été", "créée;où", "hæðóttur;Ås", "ação;São", "m²;°C", "„Spaß“;x", "Œuvre;L’Été", "MÜLL;GRÖSSE", "µm;5 €"],
)
def test_western_names_stay_as_they_are(names: str):
    assert read_table(f"{names}\n1,5;2\n-3;0,04\n5;600\n".encode("cp1252")).names == tuple(names.split(";"))


def test_big_endian_utf_16():
    assert read_table(b"\xfe\xff" + "x,y\n1.5,2\n-3,0.04\n5,600".encode("utf-16-be")).values.tolist() == NUMBERS


def test_without_a_header_columns_are_numbered():
    table = read_table("1.5,2\n-3,0.04\n5,600")
    assert table.names == ("column 1", "column 2")
    assert table.values.tolist() == NUMBERS


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("x,x,x", ("x", "x (2)", "x (3)")),
        ("x,x,x (2)", ("x", "x (2)", "x (2) (2)")),
        ("x,,", ("x", "column 2", "column 3")),
        ("column 2,,y", ("column 2", "column 2 (2)", "y")),
        ('"height\n(cm)",a\x07b\x1fc,d\u200be\u202e', ("height (cm)", "a b c", "de")),
        ('"a, b","say ""hi""",  c   d  ', ("a, b", 'say "hi"', "c d")),
        ("NA,x1,\ue000", ("NA", "x1", "column 3")),
        ("\ud800x,y,z", ("x", "y", "z")),
    ],
)
def test_names_are_clean_and_different(header: str, names: tuple[str, ...]):
    assert read_table(f"{header}\n1,2,3\n4,5,6\n7,8,9\n").names == names


def test_long_names_are_cut_and_stay_different():
    table = read_table(f"{'w' * 500},{'w' * 400},v\n1,2,3\n4,5,6\n7,8,9\n")
    assert table.names[0] == "w" * (LONGEST_NAME - 1) + "…"
    assert table.names[1].endswith("… (2)")
    assert all(len(name) <= LONGEST_NAME for name in table.names)


@pytest.mark.parametrize(
    ("text", "names", "left_out"),
    [
        ("x,y,species\n1,2,setosa\n3,4,virginica\n5,6,setosa", ("x", "y"), ("species (text)",)),
        ("name,x,y\nAda,1,2\nAlan,3,4\nEmmy,5,6", ("x", "y"), ("name (text)",)),
        ("1,2,setosa\n3,4,setosa\n5,6,virginica", ("column 1", "column 2"), ("column 3 (text)",)),
        ("x,y,\n1,2,\n3,4,\n5,6,\n", ("x", "y"), ("column 3 (empty)",)),
        ("x,note,y\n1,NA,2\n3,n/a,4\n5,,6\n", ("x", "y"), ("note (empty)",)),
        ("date;x;y\n05.03.2024;1;2\n06.03.2024;3;4\n07.03.2024;5;6", ("x", "y"), ("date (text)",)),
        ('x,y,note\n1,2,"two\nlines"\n3,4,b\n5,6,"a, b"', ("x", "y"), ("note (text)",)),
    ],
)
def test_columns_without_a_number_are_left_out(text: str, names: tuple[str, ...], left_out: tuple[str, ...]):
    table = read_table(text)
    assert table.names == names
    assert table.left_out == left_out
    assert table.values.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_spaces_and_decimal_commas_are_not_thousands():
    assert read_table("0,5 100,5\n1,5 200,5\n2,5 300,5").values.tolist() == [[0.5, 100.5], [1.5, 200.5], [2.5, 300.5]]


def test_one_clear_decimal_comma_settles_the_others():
    table = read_table("x;y\n1,234;0,5\n2,345;1\n3,456;2")
    assert table.column("x").tolist() == [1.234, 2.345, 3.456]


def test_the_largest_table_is_read():
    row = ",".join("1234"[i % 4] for i in range(MOST_COLUMNS))
    other = ",".join("5678"[i % 4] for i in range(MOST_COLUMNS))
    text = "\n".join([row, other] * (MOST_ROWS // 2))
    assert read_table(text).values.shape == (MOST_ROWS, MOST_COLUMNS)
    header = ",".join(f"c{i}" for i in range(MOST_COLUMNS))
    assert read_table(f"{header}\n{text}").values.shape == (MOST_ROWS, MOST_COLUMNS)


@pytest.mark.parametrize(
    "first",
    ["sep=;", "SEP=;", "sep =;", '"sep=;"', "sep=;;;", "\ufeffsep=;", "sep=;\n", "\nsep=;"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_that_names_the_delimiter_is_no_row(first: str, end: str):
    text = f"{first}\nx;y\n1,5;2\n-3;0,04\n5;600\n".replace("\n", end)
    table = read_table(text)
    assert table == Table(("x", "y"), np.array(NUMBERS))
    assert table.left_out == table.notes == ()
    assert read_table(text.encode("utf-8-sig" if first[0] == "\ufeff" else "utf-8")) == table


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ":", "^", "~", "!"])
def test_the_line_may_name_another_delimiter(delimiter: str):
    rows = [["x", "y"], ["1.5", "2"], ["-3", "0.04"], ["5", "600"]]
    text = "\n".join(delimiter.join(row) for row in rows)
    assert read_table(f"sep={delimiter}\n{text}").values.tolist() == NUMBERS


def test_a_line_that_names_nothing_is_no_row_and_a_header_like_it_stays_one():
    assert read_table("sep=\nx,y\n1.5,2\n-3,0.04\n5,600").values.tolist() == NUMBERS
    assert read_table("sep=x,y\n1.5,2\n-3,0.04\n5,600").names == ("sep=x", "y")


@pytest.mark.parametrize(
    "text",
    [
        "x,y\n1.5,2,\n-3,.04,\n5,600,",
        "x,y,\n1.5,2\n-3,.04\n5,600",
        "x,y\n1.5,2\n-3,.04,,\n5,600,",
        "x;y\n1,5;2;;\n-3;,04\n5;600;",
        "x\ty\n1.5\t2\t\n-3\t.04\t\n5\t600\t",
        "x,y\n1.5,2," + "," * 80 + "\n-3,.04\n5,600",
    ],
)
def test_delimiters_at_the_end_of_rows_are_no_values(text: str):
    table = read_table(text)
    assert table.column("x").tolist() == [1.5, -3, 5]
    assert table.column("y").tolist() == [2, 0.04, 600]
    assert set(table.left_out) <= {"column 3 (empty)"}


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("# from the lab\nx,y\n{}", ("row 1 taken for a comment",)),
        ("# from the lab, room 7, 2024\nx,y\n{}", ("row 1 taken for a comment",)),
        ("% one\n// two\nx,y\n{}", ("rows 1 and 2 taken for comments",)),
        ("x,y\n# here it begins\n{}# and ends", ("rows 2 and 6 taken for comments",)),
        ("# x,y\nx,y\n{}", ("row 1 taken for a title",)),
        ("Heights\nx,y\n{}", ("row 1 taken for a title",)),
        ("Heights of 2024\n\nx,y\n{}", ("row 1 taken for a title",)),
        ("Heights,\n,\nx,y\n{}", ("row 1 taken for a title",)),
        ("Measured in Berlin, Potsdam, and elsewhere\nx,y\n{}", ("row 1 taken for a title",)),
        ("Heights\nof 12 people\nx,y\n{}", ("rows 1 and 2 taken for titles",)),
        ("x,y\ncm,kg\n{}", ("row 2 taken for units: cm, kg",)),
        ("x,y\n(cm),[kg/m³]\n{}", ("row 2 taken for units: (cm), [kg/m³]",)),
        ("x,y\n°C,%\n{}", ("row 2 taken for units: °C, %",)),
        ("x,y\n€/m²,\n{}", ("row 2 taken for units: €/m²",)),
        ("x,y\n{}Total,602.04\n", ("row 5 taken for a total",)),
        ("x,y\n{}Total,\n", ("row 5 taken for a total",)),
        ("x,y\n{}Σ\n", ("row 5 taken for a total",)),
        ("x,y\n{},\nMittelwert:,200\nGesamtsumme,602.04\n", ("rows 6 and 7 taken for totals",)),
        ("x,y\n{}Source: Eurostat, 2024\n", ("row 5 taken for a note",)),
        ("x,y\n{}* without guests\n", ("row 5 taken for a note",)),
        (
            "# 1\nHeights\nx,y\ncm,kg\n{}Sum,602.04\nQuelle: wir\n",
            (
                "row 1 taken for a comment",
                "row 2 taken for a title",
                "row 4 taken for units: cm, kg",
                "row 9 taken for a note",
                "row 8 taken for a total",
            ),
        ),
    ],
)
def test_what_stands_around_the_rows_is_no_row_and_is_told(text: str, notes: tuple[str, ...]):
    table = read_table(text.format("1.5,2\n-3,0.04\n5,600\n"))
    assert table == Table(("x", "y"), np.array(NUMBERS))
    assert table.left_out == ()
    assert table.notes == notes


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("# x y\n1.5 2\n-3 .04\n5 600", ("x", "y")),
        ("#made by us today\n# x y\n1.5 2\n-3 .04\n5 600", ("x", "y")),
        ("#,x\n1.5,2\n-3,.04\n5,600", ("#", "x")),
        ("# of rooms,price\n1.5,2\n-3,.04\n5,600", ("# of rooms", "price")),
        ("5 m,10 m\n1.5,2\n-3,.04\n5,600", ("5 m", "10 m")),
        ("5%,95%\n1.5,2\n-3,.04\n5,600", ("5%", "95%")),
    ],
)
def test_a_comment_may_hold_the_names_and_names_may_look_like_something_else(text: str, names: tuple[str, ...]):
    table = read_table(text)
    assert table.names == names
    assert table.values.tolist() == NUMBERS


def test_a_total_among_labels_is_told_by_its_value_and_a_label_like_it_stays():
    rows = "name,x,y\nAda,1,2\nAlan,3,4\nEmmy,5,6\n"
    assert read_table(f"{rows}Total,9,12").values.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert read_table(f"{rows}Mean,3,4\nTotal,9,12").notes == ("rows 5 and 6 taken for totals",)
    assert read_table(f"{rows}Average,3.0,4.01").notes == ("row 5 taken for a total",)
    assert len(read_table(f"{rows}Maximilian,9,12").values) == 4
    assert len(read_table(f"{rows}max,77,99").values) == 4
    assert len(read_table("kind,x,y\ntotal,1,2\npart,3,4\ntotal,5,7").values) == 3


@pytest.mark.parametrize(
    ("cells", "values", "notes"),
    [
        (["–2", "—3", "4"], [-2, -3, 4], ()),
        (["‐2", "‑3", "－4"], [-2, -3, -4], ()),
        (["1e−3", "2e–3", "–4e3"], [0.001, 0.002, -4000], ()),
        (["12%", "15 %", "20%"], [12, 15, 20], ("x in %",)),
        (["12.5\u202f%", "15\u00a0%", "–2%"], [12.5, 15, -2], ("x in %",)),
        (["$12", "$ 15", "-$2.5"], [12, 15, -2.5], ("x in $",)),
        (["12 €", "15€", "–2 €"], [12, 15, -2], ("x in €",)),
        (["USD 12", "USD 15", "USD 7.25"], [12, 15, 7.25], ("x in USD",)),
        (["12 kg", "15 kg", "7.5 kg"], [12, 15, 7.5], ("x in kg",)),
        (["12°C", "-15°C", "7.5°C"], [12, -15, 7.5], ("x in °C",)),
    ],
)
def test_signs_around_numbers_are_read(cells: list[str], values: list[float], notes: tuple[str, ...]):
    table = read_table("x,y\n" + "".join(f"{cell},{number}\n" for number, cell in enumerate(cells)))
    assert table.column("x").tolist() == values
    assert table.left_out == ()
    assert table.notes == notes


def test_units_and_decimal_commas_go_together():
    table = read_table("x;y\n12,5 %;1,50 €\n15,0 %;2 €\n20,25 %;3 €")
    assert table.values.tolist() == [[12.5, 1.5], [15, 2], [20.25, 3]]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["2 h", "30 min", "1 h"], "numbers with different units"),
        (["$12", "€13", "$14"], "numbers with different units"),
        (["ok", "2 h", "late"], "text"),
        (["A1", "A2", "A3"], "text"),
        (["1st", "2nd", "3rd"], "text"),
        (["2024-05-01", "2024-05-02", "2024-05-03"], "text"),
    ],
)
def test_words_with_digits_are_no_numbers(cells: list[str], why: str):
    table = read_table("z,x,y\n" + "".join(f"{cell},{number},{number**2}\n" for number, cell in enumerate(cells)))
    assert table.names == ("x", "y")
    assert table.left_out == (f"z ({why})",)


@pytest.mark.parametrize("delimiter", [";", "\t", "|", " "])
@pytest.mark.parametrize(
    "cells", [["1.234", "234.567", "45.678"], ["-1.000", "2", "3.500"], ["1.234 €", "5.678 €", "9.000 €"]]
)
def test_points_before_three_digits_have_two_readings_and_both_are_said(delimiter: str, cells: list[str]):
    if delimiter == " ":
        cells = [cell.removesuffix(" €") for cell in cells]
    text = f"x{delimiter}y\n" + "".join(f"{cell}{delimiter}{number}\n" for number, cell in enumerate(cells))
    first = cells[0].removesuffix(" €")
    with pytest.raises(DataRefused, match=re.escape(f"'{first}' could be {first.replace('.', '')} or {first}")):
        read_table(text)
    cured = text.replace(first, f"{first}0")  # as the sentence says
    assert read_table(cured).column("x")[0] == float(first)


@pytest.mark.parametrize(
    "text",
    ["x,y\n1.234,1\n234.567,2\n45.678,3", "x;y\n1.234;0.5\n2.345;1\n3.456;2", "x\ty\n1.234\t1\n0.345\t2\n3.456\t3"],
    ids=["commas part values", "a point before one digit", "a zero before the point"],
)
def test_points_with_one_reading_are_decimals(text: str):
    assert read_table(text).column("x")[0] == 1.234


# --- what is refused, and the sentence -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("weight,height\n1,2\n3,4\n5,tall\n6,7", "row 4, column 'height': 'tall' is not a number"),
        ("\n\nx,y\n\n1,2\n3,4\n5,tall", "row 7, column 'y': 'tall' is not a number"),
        ('"x\n(cm)",y\n1,2\n3,bad\n5,6', "row 4, column 'y': 'bad' is not a number"),
        ("1,2\n3,4\n5,tall", "row 3, column 'column 2': 'tall' is not a number"),
        ("x,y\n1,2\n3,4\n5,1_000", "'1_000' is not a number"),
        ("x,y\n1,2\n3,4\n5,２", "'２' is not a number"),
        ("x,y\n1,2\n3,4\n5,1\x072", "'1 2' is not a number"),
        ("x,y\n1,2\n3,4\n5,0x1F", "'0x1F' is not a number"),
        ("x,y\n1,2\n3,4\n5," + "w" * 300, "'" + "w" * 39 + "…' is not a number"),
        ("x,y\n1,2\n3,\n5,6", "row 3, column 'y': the value is missing. Fill it in or delete the row."),
        ("x,y\n1,2\nNA,4\n5,6", "row 3, column 'x': the value is missing ('NA')"),
        (",0,1\n0,1,2\n1,3,4\n2,5,6", "row 1, column 'column 1': the value is missing"),
        ("x,y\n1,2\n3,nan\n5,6", "row 3, column 'y': 'nan' is not a finite number"),
        ("x,y\n1,2\n3,-inf\n5,6", "row 3, column 'y': '-inf' is not a finite number"),
        ("x,y\n1,inf\n3,inf\n5,inf", "row 2, column 'y': 'inf' is not a finite number"),
        ("x,y\n1,2\n3,1e51\n5,6", "row 3, column 'y': '1e51' is larger than 1e+50"),
        ("x,y\n1,2\n3,-1e300\n5,6", "row 3, column 'y': '-1e300' is larger than 1e+50"),
        ("x,y\n1,2\n3,1e999\n5,6", "row 3, column 'y': '1e999' is not a finite number"),
        ("x;y\n1,5;2\n3;1.234e999\n5;6", "'1,5' has a comma, but '1.234e999' in row 3, column 'y' has a point"),
        ("x,y\n1,2\n3,2\n5,2", "The column 'y' is constant: it holds 2 in every row"),
        ("x,y,z\n1,2,3\n4,5\n7,8,9", "row 3 has 2 values, the header has 3"),
        ("1,2\n3,4,5\n7,8", "row 2 has 3 values, the first row has 2"),
        ("x,y\n3,14,2,71\n1,5,2,5\n1,0,2,0", "row 2 has 4 values, the header has 2. Give every row the same number of"),
        ("x,y\n3,14,2,71\n1,5,2,5\n1,0,2,0", "Where a comma is the decimal mark, put semicolons between values"),
        ("x,y\n1,2\n,\n3,4\n5,6", "row 3: it holds no value"),
        ('x,y\n1,2\n3,4\n5,6\n7,"8\n9,10\n', "row 5: a quotation mark is opened there and never closed"),
        ('x,y,z\n1,2,a\n3,4,b\n5,6,a\n7,8,"a\n9,10,b\n', "row 5: a quotation mark is opened there and never closed"),
        ('x,y\n1,"' + "2" * 200_000 + '"\n3,4\n', "row 2: a value is too long"),
        ("x;y\n1,234;2,345\n3,456;4,567\n5,678;6,789", "row 2, column 'x': '1,234' could be 1234 or 1.234"),
        ('x,y\n"1,234",2\n"3,456",4\n"5,678",6', "'1,234' could be 1234 or 1.234"),
        ("x;y\n1;2.5\n3;4,5\n5;6", "row 3, column 'y': '4,5' has a comma, but '2.5' in row 2, column 'y' has a point"),
        ("x;y\n1;2\n3;1.234,5\n5;6", "row 3, column 'y': '1.234,5' has thousands separators"),
        ("x;y\n1;2\n3;1,234,567\n5;6", "row 3, column 'y': '1,234,567' has thousands separators"),
        ("x;y\n1;1 234,5\n3;2 345,6\n5;3 456,7", "row 2, column 'y': '1 234,5' has thousands separators"),
        ("tall,2\n3,4\n5,6\n7,8", "row 1, column 1: 'tall' is not a number, but '2' in the same row is one"),
        ("country,1990\nA,1\nB,2\nC,3", "row 1, column 1: 'country' is not a number, but '1990' in the same row"),
        ("sep=;\nx;y\n1;2\n3;bad\n5;6", "row 4, column 'y': 'bad' is not a number"),
        ("sep=;\nx,y\n1,2\n3,4\n5,6", "says that ';' stands between values, but then the table has one column"),
        ("Heights\n1,2\n3,4\n5,6", "If row 1 is a title, delete it, and let a row of names come first."),
        ("height\n3,14\n2,71\n1,65", "the header has 1. Give every row the same number of values. Where a comma is"),
        ("Berlin, 2024\nx,y\n1,2\n3,4\n5,6", "is neither a header nor numbers. Put a row of names first"),
        ("x,y\nfive,six\n1,2\n3,4\n5,6", "row 2: 'five' and 'six' stand there, and no number. If the row names units"),
        (
            "x,y\n1,2\n3,4\n5,6\nAda",
            "row 5 has 1 value, the header has 2. Give every row the same number of values. If",
        ),
        ("n,x,y\na,1,2\nb,3,4\nc,5,6\nTotal,77,99", "row 5: 'Total' could be a total of the rows above or one of them"),
        ("x,y\n12%,1\n0.15,2\n20%,3", "row 2, column 'x': '12%' has a unit, but '0.15' in row 3 has none"),
        ('x,y\n"$1,234",1\n"$2,345",2\n"$3,456",3', "'1,234' could be 1234 or 1.234"),
        ("x,y\n1,2\n#3,4\n5,6\n7,8", "row 3, column 'x': '#3' is not a number"),
        (
            "рост;вес\n1;2\n3;4\n5;6".encode("cp1251"),
            "not in UTF-8, and as a Western file (Windows-1252) it would say 'ðîñò'",
        ),
        ("да,no\n1,2\n3,4\n5,6".encode("cp1251"), "Save the table as CSV in UTF-8"),
        ("身高,体重\n1,2\n3,4\n5,6".encode("gbk"), "Save the table as CSV in UTF-8"),
        ("高,x\n1,2\n3,4\n5,6".encode("gbk"), "Save the table as CSV in UTF-8"),
        ("ύψος,x\n1,2\n3,4\n5,6".encode("cp1253"), "Save the table as CSV in UTF-8"),
        ("Größe,x\n1,2\n3,4\n5,6".encode("cp850"), "Save the table as CSV in UTF-8"),
        ("Größe,x\n1,2\n3,4\n5,".encode() + b"\xff6\n", "row 4, column 'x': '\ufffd6' is not a number"),
        ("x\n1\n2\n3", "The table has one column"),
        ("some words\n1\n2\n3", "The table has one column"),
        ("x,name\n1,a\n2,b\n3,c", "Only the column 'x' holds numbers"),
        ("name,who\na,b\nb,c\nc,d", "No column holds numbers"),
        ("", "The table is empty"),
        (" \r\n\t\n \u200b", "The table is empty"),
        (",,\n,,\n", "The table is empty"),
        ("x,y", "a header and no rows"),
        ("x,y\n1,2", "1 row after its header; at least 3"),
        ("1,2\n3,4", "2 rows; at least 3"),
        ("x,y\n1,2\0\n3,4\n5,6", "NUL"),
        (b"x,y\n1,2\0\n3,4\n5,6", "NUL"),
        ("x,y\n1,2".encode("utf-16-le"), "NUL"),
        ("x,y\n1,2".encode("utf-32"), "NUL"),
        (b"\xff\xfex", "not a text file"),
        (b"\x81\x8d,\x8f\n1,2", "not a text file"),
        (b"PK\x03\x04\x14\0", "looks like an Excel file or another archive; save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "looks like an Excel file"),
        (b"\x89PNG\r\n\x1a\n", "looks like a picture"),
        (b"%PDF-1.7", "looks like a PDF"),
        (b"\x1f\x8b\x08", "looks like a compressed file"),
    ],
)
def test_refusals_say_where_and_why(text: str | bytes, says: str):
    with pytest.raises(DataRefused, match=re.escape(says)) as refused:
        read_table(text)
    assert str(refused.value).endswith(".") or str(refused.value).endswith("?")
    str(refused.value).encode()  # no lone surrogate that a page could not show


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x" * (MOST_BYTES + 1), "10,000,001 characters long; at most 10,000,000"),
        (b"x" * (MOST_BYTES + 1), "10,000,001 bytes long; at most 10,000,000"),
        (",".join(["1"] * (MOST_COLUMNS + 1)) + "\n", "51 columns; at most 50"),
        ("x,y\n" + "1,2\n" * (MOST_ROWS + 1), "more than 20,000 rows"),
        ("1,2\n" * (MOST_ROWS + 1), "more than 20,000 rows"),
    ],
    ids=["characters", "bytes", "columns", "rows", "rows without a header"],
)
def test_limits(text: str | bytes, says: str):
    with pytest.raises(DataRefused, match=says):
        read_table(text)


@pytest.mark.slow
def test_just_within_the_limits_of_size():
    padding = "\n" * (MOST_BYTES - len("x,y\n1,2\n3,4\n5,6"))
    assert read_table("x,y\n1,2\n3,4\n5,6" + padding).values.shape == (3, 2)


# --- properties ------------------------------------------------------------------------------------------------

USABLE = st.floats(-LARGEST, LARGEST).map(lambda one: one + 0.0) | st.integers(-999, 999).map(float)
NAMES = st.text(alphabet="abcxyzÄßλ_()%,;|'\" ", min_size=1, max_size=12).map(lambda one: "n" + " ".join(one.split()))


@st.composite
def number_tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(2, 6))
    names = draw(st.lists(NAMES, min_size=width, max_size=width, unique=True))
    row = st.lists(USABLE, min_size=width, max_size=width)
    values = np.array(draw(st.lists(row, min_size=FEWEST_ROWS, max_size=8)))
    assume((values.min(axis=0) < values.max(axis=0)).all())
    return Table(tuple(names), values)


def written(table: Table, delimiter: str, mark: str, header: bool, end: str, quoting: int) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    if header:
        writer.writerow(table.names)
    for row in table.values.tolist():
        writer.writerow([repr(cell).replace(".", mark) for cell in row])
    return out.getvalue()


@pytest.mark.slow
@given(
    table=number_tables(),
    delimiter=st.sampled_from(",;\t| "),
    mark=st.sampled_from(".,"),
    header=st.booleans(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from([None, "utf-8", "utf-8-sig", "utf-16"]),
)
@settings(deadline=None, max_examples=400)
def test_round_trip(table, delimiter, mark, header, end, quoting, encoding):
    text = written(table, delimiter, mark, header, end, quoting)
    cells = [repr(cell).replace(".", mark) for cell in table.values.ravel().tolist()]
    commas = [cell for cell in cells if "," in cell]
    given_text = text.encode(encoding) if encoding else text
    points = [cell for cell in cells if "." in cell and delimiter != ","]
    if any(
        found and all(re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", cell) for cell in found) for found in (commas, points)
    ):
        with pytest.raises(DataRefused, match="could be"):
            read_table(given_text)
        return
    back = read_table(given_text)
    names = table.names if header else tuple(f"column {i + 1}" for i in range(len(table.names)))
    assert back == Table(names, table.values)
    assert back.left_out == ()


def check_table_or_refusal(anything: str | bytes) -> None:
    try:
        table = read_table(anything)
    except DataRefused as refused:
        str(refused).encode()  # nothing but DataRefused comes out, and a page can show it
        return
    assert table.values.shape[0] >= FEWEST_ROWS
    assert table.values.shape[1] >= 2
    assert (table.values.min(axis=0) < table.values.max(axis=0)).all()
    for name in table.names:
        assert name == name.strip()
        assert 0 < len(name) <= LONGEST_NAME
        name.encode()


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-16", "surrogatepass")))
@settings(deadline=None)
def test_any_bytes_are_a_table_or_refused(content: bytes):
    check_table_or_refusal(content)


@given(
    st.text(st.characters(), max_size=200)
    | st.text("0123456789.,;\t |\"\n\r-+eE'xnaif∞−\u00a0\u200b\x1f\x02\ud800", max_size=200)
    | st.lists(st.sampled_from(["1", "2,5", "3.5", ",", ";", " ", "\n", '"', "x", "nan", "", "\t"]), max_size=80).map(
        "".join
    )
)
@settings(deadline=None, max_examples=500)
def test_any_text_is_a_table_or_refused(text: str):
    check_table_or_refusal(text)


@given(number_tables(), st.data())
@settings(deadline=None)
def test_a_bad_cell_is_named_wherever_it_stands(table: Table, drawn: st.DataObject):
    row = drawn.draw(st.integers(0, len(table.values) - 1))
    column = drawn.draw(st.integers(0, len(table.names) - 1))
    lines = [",".join(f"c{j}" for j in range(len(table.names)))]
    for i, values in enumerate(table.values.tolist()):
        lines.append(",".join("bad" if (i, j) == (row, column) else repr(cell) for j, cell in enumerate(values)))
    with pytest.raises(DataRefused, match=f"row {row + 2}, column 'c{column}': 'bad' is not a number"):
        read_table("\n".join(lines))


@pytest.mark.parametrize(
    "text",
    ["1,1\n" * 1_250_000, "1," * 2_500_000, "," * 5_000_000, '"' * 5_000_000, '"a",' * 1_250_000, "é,1\n" * 1_250_000],
    ids=["rows", "columns", "delimiters", "quotes", "quoted", "wide characters"],
)
def test_memory_stays_bounded_whatever_the_shape(text: str):
    tracemalloc.start()
    try:
        with pytest.raises(DataRefused):
            read_table(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 40 * MOST_BYTES
