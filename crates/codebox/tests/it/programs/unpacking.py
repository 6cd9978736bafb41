# {"row": [1, 2, 3, 4]}
def __custom_fn__(variables):
    first, *middle, last = variables["row"]
    a, b = 1, 2
    a, b = b, a
    (x, y), z = (1, 2), 3
    head, *_ = "abc"
    return [first, middle, last, a, b, x, y, z, head, [*middle, *"hi"], {**{"k": 1}}]
