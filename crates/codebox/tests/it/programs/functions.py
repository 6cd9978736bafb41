# {"n": 5}
def add(a, b=2, *rest, scale=1, **named):
    return (a + b + sum(rest)) * scale + len(named)

def __custom_fn__(variables):
    def inner(x):
        return x * variables["n"]
    double = lambda x, by=2: x * by
    counter = 0
    def count():
        nonlocal counter
        counter += 1
        return counter
    count(); count()
    return [add(1), add(1, 1, 1, 1), add(1, scale=3), add(1, k=1, j=2), add(*[1, 2], **{"scale": 2}), inner(3), double(4), double(4, by=3), counter, list(map(lambda x: x + 1, [1, 2])), list(filter(None, [0, 1, "", "a"])), sorted(["bb", "a", "ccc"], key=len, reverse=True), max([{"v": 1}, {"v": 3}], key=lambda d: d["v"])]
