# {"text": "Call +49 151 2345678 or mail ana@example.com, order #A-77."}
import re

def __custom_fn__(variables):
    text = variables["text"]
    order = re.search(r"#([A-Z])-(\d+)", text)
    return {"digits": re.findall(r"\d+", text), "mail": re.search(r"[\w.]+@[\w.]+\w", text).group(), "order": order.groups(), "named": re.match(r"(?P<verb>\w+)", text).group("verb"), "sub": re.sub(r"\d", "*", text), "split": re.split(r"[,;]\s*", "a, b;c"), "none": re.match(r"x", text), "full": bool(re.fullmatch(r"\d{3}", "123")), "flags": bool(re.search("CALL", text, re.IGNORECASE)), "span": order.span()}
