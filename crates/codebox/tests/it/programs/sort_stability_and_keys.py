# {"people": [["Zoe", 3], ["Adam", 1], ["Bea", 3], ["Cid", 1]]}
def __custom_fn__(variables):
    people = variables["people"]
    by_age = sorted(people, key=lambda p: p[1])
    people.sort(key=lambda p: (-p[1], p[0].lower()))
    return [by_age, people, sorted("bca"), sorted([True, False]), sorted([1.5, 1, -2])]
