"""The command line: `python -m tls_bootstrap run` and `python -m tls_bootstrap doctor`."""
from __future__ import absolute_import, division, print_function

import sys

USAGE = """\
usage: python -m {package} run [--engine NAME] [--repair[=NAME,...]] [--policy[=NAME,...]] [--] [-m] PROG [ARG ...]
       python -m {package} doctor [--json]

  run     upgrade ssl, then run a script (or, with -m, a module) as python itself would
          --repair  make right what this interpreter's ssl gets wrong; --policy  the stricter defaults of newer Pythons
  doctor  tell what this interpreter has and lacks, and what an upgrade would do; changes nothing
"""


def main(argv=None):
    """Run the command line; the exit status. `argv` without the program's name, by default that of this process."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = arguments.pop(0) if arguments else "--help"
    if command in ("-h", "--help"):
        print(_usage(), end="")
        return 0
    if command not in COMMANDS:
        return _misused("there is no command %r" % command)
    return COMMANDS[command](arguments)


def _run(arguments):
    """Upgrade, then run a program. What the program raises is the interpreter's to report."""
    from . import _run

    upgrade, as_module = {"engine": "auto"}, False
    while arguments and arguments[0].startswith("-") and arguments[0] != "-":
        option = arguments.pop(0)
        if option in ("-h", "--help"):
            print(_usage(), end="")
            return 0
        if option == "-m":
            as_module = True
            break
        if option == "--engine" and arguments:
            upgrade["engine"] = arguments.pop(0)
        elif option.startswith("--engine="):
            upgrade["engine"] = option.partition("=")[2]
        elif option.partition("=")[0] in ("--repair", "--policy"):
            name, equals, value = option[2:].partition("=")
            upgrade[name] = value.split(",") if equals else True
        elif option == "--":
            if arguments[:1] == ["-m"]:
                continue
            break
        else:
            return _misused("run has no option %r" % option)
    if not arguments:
        return _misused("run needs a program")
    _run.run(arguments[0], arguments[1:], as_module, lambda: _prepare(upgrade))
    return 0


def _prepare(upgrade):
    """The upgrade and the adapters; one sentence and exit status 1 where it cannot be done."""
    from . import adapters, monkeypatch_ssl

    try:
        monkeypatch_ssl(**upgrade)
        adapters.enable()
    except (ImportError, RuntimeError, ValueError) as error:
        sys.stderr.write("%s: %s\n" % (_package(), error))
        sys.exit(1)


def _doctor(arguments):
    """Show the diagnosis; 0 if `ssl` has or can be given all, 1 if not."""
    from . import _diagnosis

    if arguments not in ([], ["--json"]):
        return _misused("doctor takes --json and nothing else")
    diagnosis = _diagnosis.make()
    if arguments:
        import json

        _show(json.dumps(diagnosis.as_dict(), indent=2, sort_keys=True))
    else:
        _show(diagnosis.as_text(colour=_is_terminal(sys.stdout)))
    return 0 if diagnosis.is_well else 1


def _show(text):
    """Print; a reader that has gone, as `| head` does, is no error of ours."""
    import errno
    import os

    try:
        print(text)
        sys.stdout.flush()
    except EnvironmentError as error:
        if error.errno != errno.EPIPE:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor shall the flush at exit be one


def _is_terminal(stream):
    import os

    return bool(getattr(stream, "isatty", None) and stream.isatty()) and "NO_COLOR" not in os.environ


def _misused(complaint):
    sys.stderr.write("%s: %s\n%s" % (_package(), complaint, _usage()))
    return 2


def _usage():
    return USAGE.format(package=_package())


def _package():
    return __name__.rpartition(".")[0]


COMMANDS = {"run": _run, "doctor": _doctor}
