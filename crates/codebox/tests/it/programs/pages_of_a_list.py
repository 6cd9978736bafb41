# {"products": ["a", "b", "c", "d", "e", "f", "g"], "page": 2}
def __custom_fn__(variables):
    size = 3
    start = (variables["page"] - 1) * size
    shown = variables["products"][start:start + size]
    variables["has_more"] = start + size < len(variables["products"])
    return "\n".join(f"{start + i + 1}) {p}" for i, p in enumerate(shown))
