# {"iban": "DE89 3704 0044 0532 0130 00"}
def __custom_fn__(variables):
    iban = variables["iban"].replace(" ", "").upper()
    moved = iban[4:] + iban[:4]
    number = int("".join(str(int(c, 36)) for c in moved))
    return number % 97 == 1
