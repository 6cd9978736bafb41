# {"a": 2}
def __custom_fn__(data, factor=10):
    return data["a"] * factor
