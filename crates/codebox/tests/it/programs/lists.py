# {"items": [3, 1, 2]}
def __custom_fn__(variables):
    items = variables["items"]
    items.append(5)
    items.insert(0, 9)
    items.extend([7, 7])
    removed = items.pop()
    first = items.pop(0)
    items.remove(1)
    items.sort()
    copy = items[:]
    copy.reverse()
    return {"items": items, "copy": copy, "removed": removed, "first": first, "index": items.index(5), "count": items.count(7), "sorted": sorted(copy, reverse=True), "len": len(items), "in": 5 in items, "plus": items + [1], "times": [0] * 3, "any": any(x > 6 for x in items), "all": all(x > 0 for x in items), "sum": sum(items), "min": min(items), "max": max(items), "eq": items == [2, 3, 5, 7]}
