# {"count": 1, "old": true, "list": [1], "deep": {"a": {"b": 1}}}
def __custom_fn__(variables):
    variables["count"] += 1
    variables["new"] = "value"
    del variables["old"]
    variables["list"].append(2)
    variables["deep"]["a"]["b"] = [1, {"c": None}]
    return None
