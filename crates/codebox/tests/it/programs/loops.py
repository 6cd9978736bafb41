# {"n": 10}
def __custom_fn__(variables):
    out = []
    for i in range(variables["n"]):
        if i == 2:
            continue
        if i == 7:
            break
        out.append(i)
    else:
        out.append("else")
    n = 0
    while n < 3:
        n += 1
    else:
        out.append("done")
    for index, letter in enumerate("ab", start=1):
        out.append([index, letter])
    for a, b in zip([1, 2, 3], "xy"):
        out.append([a, b])
    out.append(list(range(10, 0, -3)))
    out.append(list(reversed([1, 2, 3])))
    return out
