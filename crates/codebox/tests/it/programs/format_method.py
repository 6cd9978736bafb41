# {"name": "Ana", "n": 5}
def __custom_fn__(variables):
    return ["{} has {}".format(variables["name"], variables["n"]), "{0}-{1}-{0}".format("a", "b"), "{name:>6}|{n:03d}".format(**variables), "{:.1f}%".format(12.345), "{!r}".format("x"), "{0[a]}".format({"a": 1})]
