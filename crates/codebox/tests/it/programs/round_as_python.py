# {"prices": [2.675, 1.005, 0.5, 1.5, 2.5, -2.5, 10.0, 3.14159, 1234.5678, 0.125, 0.375, 2.345, 1.115, 5.015]}
def __custom_fn__(variables):
    prices = variables["prices"]
    return [[round(p) for p in prices], [round(p, 2) for p in prices], [round(p, 1) for p in prices], round(1234, -2), round(1250, -2), round(1350, -2), round(7), round(1234.5, -2), round(3.7, None), list(map(round, prices)), round(number=2.675, ndigits=2), round(True), round(1e22, 2)]
