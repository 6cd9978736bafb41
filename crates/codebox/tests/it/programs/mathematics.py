# {"x": 2}
import math

def __custom_fn__(variables):
    x = variables["x"]
    return [math.floor(2.7), math.ceil(2.1), math.sqrt(x), math.pi, math.trunc(-2.7), math.gcd(12, 18), math.isclose(0.1 + 0.2, 0.3), math.log10(1000), math.log2(8), math.factorial(5), math.fabs(-2), math.isnan(float("nan"))]
