# {"text": "hello"}
import base64

def __custom_fn__(variables):
    raw = variables["text"].encode()
    return [base64.b64encode(raw).decode(), base64.b64decode("aGk=").decode("utf-8"), list(raw), raw.hex(), len(raw), raw[:2].decode()]
