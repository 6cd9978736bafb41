# {"score": 72}
def __custom_fn__(variables):
    score = variables["score"]
    if score >= 90:
        return "gold"
    elif score >= 60:
        return "silver"
    return "bronze"
