# {}
CALLS = []
TOTAL = 0

def bump():
    global TOTAL
    TOTAL += 1
    CALLS.append(TOTAL)

def __custom_fn__(variables):
    bump()
    bump()
    return [TOTAL, CALLS]
