# {"text": "abc"}
def __custom_fn__(variables):
    log = []
    try:
        int(variables["text"])
    except ValueError as error:
        log.append(str(error))
    try:
        {}["missing"]
    except KeyError as error:
        log.append(repr(error))
    try:
        [1][5]
    except (IndexError, TypeError) as error:
        log.append(str(error))
    try:
        1 / 0
    except ZeroDivisionError as error:
        log.append(str(error))
    else:
        log.append("no")
    finally:
        log.append("finally")
    try:
        raise ValueError("own")
    except Exception as error:
        log.append([type(error).__name__, list(error.args)])
    try:
        None.upper()
    except AttributeError as error:
        log.append(str(error))
    try:
        "a" + 1
    except TypeError as error:
        log.append(str(error))
    try:
        undefined_name
    except NameError as error:
        log.append(str(error))
    return log
