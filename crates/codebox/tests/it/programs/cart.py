# {"cart": [{"name": "Tea", "qty": 2, "price": 3.5}, {"name": "Mug", "qty": 1, "price": 12.99}], "coupon": "TEN"}
def __custom_fn__(variables):
    cart = variables["cart"]
    subtotal = sum(item["qty"] * item["price"] for item in cart)
    discount = subtotal * 0.1 if variables.get("coupon") == "TEN" else 0
    total = round(subtotal - discount, 2)
    variables["lines"] = "\n".join(f"{i}. {item['name']} x{item['qty']} = {item['qty'] * item['price']:.2f}" for i, item in enumerate(cart, 1))
    variables["total"] = total
    return f"{total:.2f}"
