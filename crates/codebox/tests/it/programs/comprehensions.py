# {"orders": [{"sku": "A", "qty": 2, "price": 9.5}, {"sku": "B", "qty": 0, "price": 3}, {"sku": "C", "qty": 5, "price": 1.25}]}
def __custom_fn__(variables):
    orders = variables["orders"]
    lines = [f"{o['sku']} x{o['qty']}" for o in orders if o["qty"]]
    by_sku = {o["sku"]: o["qty"] * o["price"] for o in orders}
    pairs = [(x, y) for x in range(3) for y in "ab" if x != 1]
    unique = sorted({len(o["sku"]) for o in orders} | {3})
    return {"lines": lines, "by_sku": by_sku, "total": sum(by_sku.values()), "pairs": pairs, "unique": unique, "flat": [n for row in [[1, 2], [3]] for n in row], "cond": ["even" if n % 2 == 0 else "odd" for n in range(4)], "gen": sum(n * n for n in range(10)), "joined": ", ".join(str(n) for n in range(3)), "nested": [[c for c in r] for r in ("ab", "c")]}
