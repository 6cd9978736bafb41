# {"order": {"lines": [{"sku": "A", "options": {"size": "L"}}], "customer": {"name": "Ana", "address": null}}}
def __custom_fn__(variables):
    order = variables["order"]
    address = order["customer"].get("address") or {}
    return {"size": order["lines"][0]["options"]["size"], "city": address.get("city", "unknown"), "path": order.get("customer", {}).get("name", "?"), "missing": order.get("x", {}).get("y"), "last": order["lines"][-1]}
