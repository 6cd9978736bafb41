# {"input": "+49 (0) 151-234 56 78"}
def __custom_fn__(variables):
    digits = "".join(c for c in variables["input"] if c.isdigit())
    if digits.startswith("490"):
        digits = "49" + digits[3:]
    variables["phone"] = digits
    return len(digits) >= 10
