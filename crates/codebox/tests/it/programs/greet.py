# {"name": "Ana"}
def __custom_fn__(variables):
    return "Hello, " + variables["name"] + "!"
