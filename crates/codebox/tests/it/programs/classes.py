# {"items": [["Tea", 2, 3.5], ["Cake", 1, 4.25]]}
class Item:
    tax = 0.1

    def __init__(self, name, count, price):
        self.name = name
        self.count = count
        self.price = price

    def total(self):
        return self.count * self.price

    def __str__(self):
        return f"{self.name}: {self.total():.2f}"

def __custom_fn__(variables):
    items = [Item(*row) for row in variables["items"]]
    return {"lines": [str(item) for item in items], "sum": sum(item.total() for item in items), "tax": items[0].tax, "has": hasattr(items[0], "name")}
