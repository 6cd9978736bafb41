# {"a": 1}
def __custom_fn__(*args):
    return args[0]["a"]
