# {"x": 2.675}
def round(number, digits):
    return f"own {digits}"

def map(items):
    return {"own": items}

def __custom_fn__(variables):
    return [round(variables["x"], 2), map([1]), f"{variables['x']=}", "round(2.675, 2)"]
