# {"a": 7, "b": 2}
def __custom_fn__(variables):
    a, b = variables["a"], variables["b"]
    return [a + b, a - b, a * b, a / b, a // b, a % b, a ** b, -a // b, -a % b, a / -b, abs(-a), divmod(a, b), divmod(-a, b),
            a << b, a >> 1, a & b, a | b, a ^ b, ~a, min(a, b), max(a, b), sum([a, b, 1]), pow(a, b, 5), 10 ** 18, 2 ** 63]
