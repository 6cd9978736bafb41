# {"text": "  Hello World, hello!  "}
def __custom_fn__(variables):
    text = variables["text"]
    bare = text.strip()
    return {
        "strip": bare, "lower": bare.lower(), "upper": bare.upper(), "title": bare.title(),
        "cap": bare.capitalize(), "swap": bare.swapcase(), "split": bare.split(), "comma": bare.split(","),
        "rsplit": bare.rsplit(" ", 1), "replace": bare.replace("l", "L", 2), "find": [bare.find("o"), bare.rfind("o"), bare.find("zz")],
        "count": bare.lower().count("hello"), "starts": bare.startswith("Hell"), "ends": bare.endswith(("?", "!")),
        "join": "-".join(["a", "b", "c"]), "pad": ["7".zfill(3), "x".ljust(3, "."), "x".rjust(3)],
        "tests": ["12".isdigit(), "ab".isalpha(), "a1".isalnum(), " ".isspace(), "Ab".istitle(), "ab".islower()],
        "partition": bare.partition(","), "lines": "a\nb\r\nc".splitlines(), "lstrip": text.lstrip(), "rstrip": text.rstrip(),
        "strip_chars": "xxabcxx".strip("x"), "prefix": "pre_fix".removeprefix("pre_"), "suffix": "a.py".removesuffix(".py"),
    }
