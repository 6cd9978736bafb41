# {"age": "42", "price": "19.90"}
def __custom_fn__(variables):
    return [int(variables["age"]) + 1, float(variables["price"]) * 2, str(12) + "x", int(3.9), int(-3.9), int("ff", 16), int("1010", 2), int(" 7 "), bool(""), bool("0"), bool([]), bool([0]), str(True), str(None), str([1, "a", None, 2.5]), str({"a": 1}), repr("it's"), list("abc"), tuple([1, 2]), float("-0.5"), str(1.0), str(1e20), chr(65), ord("a"), hex(255), bin(5), oct(8)]
