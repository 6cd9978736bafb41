# {"n": 1}
def __custom_fn__(variables):
    try:
        assert variables["n"] > 1, "must be more than one"
    except AssertionError as error:
        first = str(error)
    try:
        assert variables["n"] > 1
    except AssertionError as error:
        second = str(error)
    return [first, second]
