# {"tags": ["a", "b", "a"]}
def __custom_fn__(variables):
    tags = set(variables["tags"])
    other = {"b", "c"}
    tags.add("d")
    tags.discard("zz")
    return [sorted(tags), sorted(tags & other), sorted(tags | other), sorted(tags - other), sorted(tags ^ other), "a" in tags, len(tags), tags.isdisjoint({"q"})]
