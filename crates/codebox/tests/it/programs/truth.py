# {"a": null, "b": 0, "c": "x", "d": []}
def __custom_fn__(variables):
    a, b, c, d = variables["a"], variables["b"], variables["c"], variables["d"]
    return [a is None, a or "default", b and 1, c and d, not d, a == b, b == False, 1 == 1.0, "a" < "b", [1, 2] < [1, 3], 1 < 2 < 3, 1 < 3 < 2, c != "x", isinstance(b, int), isinstance(c, (int, str)), (a is not None) or "z", None == 0]
