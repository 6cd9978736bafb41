# {"word": "chasqui"}
def __custom_fn__(variables):
    w = variables["word"]
    return [w[0], w[-1], w[1:3], w[:3], w[3:], w[::-1], w[::2], w[-3:], w[10:], w[5:2], len(w), "q" in w, w * 2]
