# {"user": {"name": "Ana", "age": 30}}
def __custom_fn__(variables):
    user = variables["user"]
    user["city"] = "Lima"
    user.update({"age": 31, "tags": ["a"]})
    user.setdefault("role", "guest")
    gone = user.pop("name")
    default = user.pop("missing", "none")
    keys = list(user.keys())
    return {"keys": keys, "values": list(user.values()), "items": [[k, v] for k, v in user.items()], "gone": gone, "default": default, "get": user.get("x", 1), "none": user.get("x"), "in": "age" in user, "len": len(user), "copy": dict(user, age=1), "merged": {**user, "z": 1}, "zip": dict(zip(["a", "b"], [1, 2])), "sorted": sorted(user), "fromkeys": dict.fromkeys(["a", "b"], 0)}
