# {"text": "the cat and the hat and the bat"}
from collections import Counter, defaultdict

def __custom_fn__(variables):
    words = variables["text"].split()
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    groups = defaultdict(list)
    for word in words:
        groups[len(word)].append(word)
    return [counts, sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])), Counter(words).most_common(2), dict(groups)]
