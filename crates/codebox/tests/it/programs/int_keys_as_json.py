# {}
def __custom_fn__(variables):
    return {1: "a", -2: "b", "x": {3: 4}}
