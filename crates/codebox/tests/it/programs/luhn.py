# {"card": "4539 1488 0343 6467"}
def __custom_fn__(variables):
    digits = [int(c) for c in variables["card"] if c.isdigit()]
    odd = digits[-1::-2]
    even = [sum(divmod(2 * d, 10)) for d in digits[-2::-2]]
    return (sum(odd) + sum(even)) % 10 == 0
