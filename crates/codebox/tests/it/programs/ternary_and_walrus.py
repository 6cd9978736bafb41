# {"text": "hello"}
def __custom_fn__(variables):
    if (n := len(variables["text"])) > 3:
        kind = "long" if n > 10 else "medium"
    else:
        kind = "short"
    return [kind, n, [y for x in range(4) if (y := x * x) > 1]]
