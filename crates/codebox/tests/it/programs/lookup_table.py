# {"status": "paid"}
def __custom_fn__(variables):
    texts = {"paid": "Thank you!", "open": "Please pay."}
    return texts.get(variables["status"], "Unknown")
