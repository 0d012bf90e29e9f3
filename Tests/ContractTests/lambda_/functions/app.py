"""The contract's manners on awslambdaric, a function each. A manner that shows in the init is met before the others."""

import os
import signal
import time

if os.environ["_HANDLER"] == "init_error":
    raise ValueError("TABLE is not set")


def init_error(event, context):
    raise AssertionError("never reached")


def echo(event, context):
    return event


def error(event, context):
    raise ValueError('no "good"\nat all')


def hang(event, context):
    time.sleep(3600)


def crash(event, context):
    os.kill(os.getpid(), signal.SIGSEGV)


def leave(event, context):
    os._exit(3)


def large(event, context):
    return "a" * (event - 2)


def say(event, context):
    print("to stdout", flush=True)
    os.write(2, b"to stderr\n")
    return None


def variables(event, context):
    return dict(os.environ)


def process(event, context):
    time.sleep(event)
    return os.getpid()
