# {}
def __custom_fn__(variables):
    point = (1, 2)
    grid = [[0] * 3 for _ in range(2)]
    grid[1][2] = 5
    table = {(0, 1): "a"}
    return [point, point + (3,), point[1], grid, table[(0, 1)], (1,), (), [(1, "a"), (2, "b")], len(point), point.index(2), sorted([(2, "b"), (1, "z")])]
