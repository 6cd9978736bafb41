# {"name": "Ana", "total": 1234.5, "count": 3}
def __custom_fn__(variables):
    name, total = variables["name"], variables["total"]
    return [
        f"{name} pays {total:.2f}",
        f"{total:,.2f}|{total:>12.1f}|{total:<10}|{total:^11}|",
        f"{variables['count']:03d} {variables['count']:+d} {255:x} {255:#X} {5:b} {5:08b}",
        f"{name!r:>8} {name:*^9} {0.1234:.1%} {1e10:e} {12345678:_}",
        f"{1 + 2 = } {name=}",
        f"{{literal}} {'nested ' + name}",
    ]
