"""surface/raising.py: which operation raises what a callback raised."""
from __future__ import absolute_import, division, print_function

import threading

import pytest

from tls_bootstrap.surface import raising


@pytest.fixture
def operations(monkeypatch):
    """Operations on connections that are their own genuine ones, which remember what they report."""
    made = raising.Operations(lambda connection: connection)
    made.reported = []
    monkeypatch.setattr(raising, "report_unraisable", made.reported.append)
    return made


def callback(operations, connection, error):
    """What a callback does that fails."""
    try:
        raise error
    except Exception:
        operations.keep(connection, "test")


def test_the_operation_raises_it(operations):
    error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError) as caught:
        operations.during(lambda connection: callback(operations, connection, error), "one")
    assert caught.value is error and operations.reported == [] and operations._of_thread == {}


def test_the_last_one_counts(operations):
    def operation(connection):
        callback(operations, connection, KeyError("first"))
        callback(operations, connection, KeyError("last"))

    with pytest.raises(KeyError) as caught:
        operations.during(operation, "one")
    assert caught.value.args == ("last",)


def test_what_the_operation_raises_goes_first(operations):
    def operation(connection):
        callback(operations, connection, ZeroDivisionError("from the callback"))
        raise ValueError("from the operation")

    with pytest.raises(ValueError) as caught:
        operations.during(operation, "one")
    assert type(caught.value.__context__) is ZeroDivisionError and operations._of_thread == {}


def test_arguments_and_result(operations):
    watched = operations.around(lambda connection, number, name=None: (connection, number, name))
    assert watched("one", 2, name="three") == ("one", 2, "three")


def test_without_an_operation_it_is_reported(operations):
    callback(operations, "one", ZeroDivisionError())
    assert operations.reported == ["Exception ignored in ssl test callback"]


def test_of_another_connection_it_is_reported(operations):
    operations.during(lambda connection: callback(operations, "two", ZeroDivisionError()), "one")
    assert len(operations.reported) == 1


def test_in_another_thread_it_is_reported(operations):
    def operation(connection):
        thread = threading.Thread(target=callback, args=(operations, connection, ZeroDivisionError()))
        thread.start()
        thread.join()

    operations.during(operation, "one")
    assert len(operations.reported) == 1


def test_an_operation_in_a_callback(operations):
    """The inner operation raises what is its own, the outer one what is its own."""
    def inner(connection):
        callback(operations, "outer", KeyError("outer"))
        callback(operations, connection, KeyError("inner"))

    def outer(connection):
        with pytest.raises(KeyError) as caught:
            operations.during(inner, "inner")
        assert caught.value.args == ("inner",)

    with pytest.raises(KeyError) as caught:
        operations.during(outer, "outer")
    assert caught.value.args == ("outer",) and operations._of_thread == {} and operations.reported == []
