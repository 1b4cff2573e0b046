"""What the commands print and the codes they end with."""

from toolkit import console


def test_table_aligns_text_left_and_numbers_right():
    rows = [["city", 12, 1.5], ["welfare office", 3, 10.25]]
    assert console.table(rows, ["entity", "claims", "amount"]).splitlines() == [
        "entity          claims  amount",
        "--------------  ------  ------",
        "city                12     1.5",
        "welfare office       3   10.25",
    ]


def test_table_without_rows_shows_its_head():
    assert console.table([], ["a", "bb"]).splitlines()[0] == "a  bb"


def test_long_texts_run_on_below():
    text = "12 dispute, 3 hold of the debtor, 2 waiting period of the law"
    assert console.table([["city", text], ["office", ""]], ["a", "b"]).splitlines() == [
        "a       b",
        "------  ---------------------------------",
        "city    12 dispute, 3 hold of the debtor,",
        "        2 waiting period of the law",
        "office",
    ]


def test_error_names_what_is_missing_and_what_mends_it(capsys):
    def command():
        raise console.SetupError("No tool.", "Install it:\napt-get install tool")

    assert console.run_command(command) == 1
    assert capsys.readouterr().err == (
        "\nerror: No tool.\n  Install it:\n  apt-get install tool\n"
    )


def test_interrupt_is_no_traceback(capsys):
    def command():
        raise KeyboardInterrupt

    assert console.run_command(command) == 130
    assert "stopped" in capsys.readouterr().err


def test_result_of_a_command_is_its_exit_code():
    assert console.run_command(lambda: None) == 0
    assert console.run_command(lambda: 3) == 3
