# {"name": "José Müller 😀 日本"}
def __custom_fn__(variables):
    name = variables["name"]
    return [len(name), name.upper(), name.lower(), name[5:8], name[::-1], name.split(" "), "ß".upper(), name.find("😀"), "é" in name, name.encode("utf-8").hex()]
