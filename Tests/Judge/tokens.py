"""Judges values of tokens by docs/decisions/0010-decision-policy.md, "Quality of a token", alone: a JSON text (or null) a line on standard
input, and on standard output missing, odd or good for each."""
import json
import sys
import unicodedata

MARKS = set("\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2060\ufeff")
WHITE = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
EMPTY = set("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
MARKUP = set("<>{}[]|\\^~`@#$%*=+/:;\"?!_")
WORDS = set("""test tester testing testuser asdf qwerty none null nil unknown anonymous xxx foo bar foobar name firstname vorname prenom
    pr\u00e9nom customer kunde client user dummy sample example guest gast noname unbekannt inconnu abc blah undefined admin info mr mrs ms
    herr frau nope todo tbd deleted""".split())
ROWS = "qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm azertyuiop qsdfghjklm wxcvbn".split()


def selects(scalar):
    return 0xFE00 <= ord(scalar) <= 0xFE0F or 0xE0100 <= ord(scalar) <= 0xE01EF


def deceives(value):
    row = 0
    for scalar in value:
        kind = unicodedata.category(scalar)
        if kind in ("Cc", "Cs", "Co", "Zl", "Zp") or scalar in EMPTY or kind == "Cf" and scalar not in "\u200c\u200d":
            return True
        if selects(scalar):
            continue
        row = row + 1 if kind in ("Mn", "Me") else 0
        if row > 4:
            return True
    return False


def quality(value):
    value = "".join(scalar for scalar in value or "" if scalar not in MARKS).strip(WHITE)
    if not value:
        return "missing"
    if len(value) > 60 or deceives(value) or MARKUP & set(value) or "www." in value:
        return "odd"
    kinds = [unicodedata.category(scalar) for scalar in value]
    if any(kind in ("Nd", "Nl", "No") for kind in kinds):
        return "odd"
    letters = [scalar for scalar, kind in zip(value, kinds) if kind in ("Lu", "Ll", "Lt", "Lm", "Lo")]
    if not letters or len(letters) == 1 and ord(letters[0]) < 0x2E80:
        return "odd"
    letters = "".join(letter.lower() for letter in letters)
    if letters in WORDS:
        return "odd"
    unit = next(letters[:size] for size in range(1, len(letters) + 1) if letters[:size] * (len(letters) // size) == letters)
    if len(letters) >= 4 and len(unit) >= 3 and any(unit in row or unit in row[::-1] for row in ROWS):
        return "odd"
    if len(letters) >= 2 and len(set(letters)) == 1 and ord(letters[0]) < 0x2E80:
        return "odd"
    return "good"


for line in sys.stdin:
    print(quality(json.loads(line)))
