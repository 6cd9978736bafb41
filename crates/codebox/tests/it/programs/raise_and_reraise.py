# {}
def check(n):
    if n > 2:
        raise ValueError(f"too much: {n}")
    return n

def __custom_fn__(variables):
    try:
        try:
            check(5)
        except ValueError:
            raise
    except Exception as error:
        return [str(error), isinstance(error, ValueError), check(1)]
