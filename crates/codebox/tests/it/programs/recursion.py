# {"n": 12}
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)

def __custom_fn__(variables):
    return [fib(variables["n"]), depth(200)]
