# {"numbers": [1, 2, 3, 4]}
def __custom_fn__(variables):
    numbers = variables["numbers"]
    squares = (n * n for n in numbers)
    texts = map(str, numbers)
    return {
        "first_large": next(n for n in numbers if n > 2),
        "none": next((n for n in numbers if n > 9), None),
        "twice": [list(squares), list(squares)],
        "texts": [next(texts), list(texts), list(texts)],
        "pairs": [list(pair) for pair in zip(numbers, reversed(numbers))],
        "rest": [2 in (n for n in numbers), list(enumerate(filter(lambda n: n % 2, numbers)))],
    }
