# {"payload": "{\"a\": [1, 2.5, null, true], \"b\": {\"c\": \"\u00fc\"}}"}
import json

def __custom_fn__(variables):
    data = json.loads(variables["payload"])
    return {"data": data, "text": json.dumps(data["a"]), "sorted": json.dumps({"b": 1, "a": 2}, sort_keys=True), "pretty": json.dumps({"a": [1, 2]}, indent=2), "ascii": json.dumps("\u00fc")}
