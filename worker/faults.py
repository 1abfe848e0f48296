"""What may be said of a fault in a log."""


def where(error: BaseException) -> str:
    """Where it was raised: file and line, no words of the error, which may quote a request."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return ""
    return f"{traceback.tb_frame.f_code.co_filename.rpartition('/')[2]}:{traceback.tb_lineno}"
