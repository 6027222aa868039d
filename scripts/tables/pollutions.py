"""The ways in which a clean table comes as a messy file, after the classes of G. Vitagliano et al., "Pollock: A Data Loading
Benchmark", PVLDB 16(8), 2023, and some that portals and tills add. Positions are drawn from the seed."""
import random


class Case:
    """A file, and the header and rows that a reader should find. `lossy`: some of it cannot be known from the file any more."""
    def __init__(self, family, name, data, header, rows, lossy=False, more=()):
        self.family, self.name, self.header, self.rows, self.lossy = family, name, header, rows, lossy
        self.data = data if isinstance(data, bytes) else data.encode()
        self.more = list(more)  # headers of the further tables


def cell(text, d=",", q='"', e='"', always=False):
    if q == "": return text
    need = always or q in text or "\n" in text or "\r" in text or d in text or (e == "\\" and text.endswith("\\"))
    need = need or (" " in d and (text == "" or text != text.strip()))
    return q + (text.replace(q, e + q) if e else text) + q if need else text


def line(fields, **how): return how.get("d", ",").join(cell(f, **how) for f in fields)


def text(rows, header=None, n="\n", **how): return n.join(line(x, **how) for x in ([header] if header else []) + rows) + n


def flat(rows): return [[c.replace("\n", " ") for c in r] for r in rows]


def pollute(source, seed, share=1.0):
    """Every class on one table; where a class has many places, some are drawn."""
    r = random.Random("%s %s" % (seed, source.name))
    H, R, W, N = source.header, source.rows, len(source.header), len(source.rows)
    C = lambda family, name, data, header=H, rows=R, **more: Case(family, name, data, header, rows, **more)
    some = lambda items, n: r.sample(list(items), min(len(list(items)), n))
    blank = [""] * W

    yield C("clean", "clean", text(R, H))
    yield C("file", "empty", "", [], [])
    yield C("file", "only a header", line(H) + "\n", H, [])
    yield C("file", "one row", text(R[:1], H), rows=R[:1])
    yield C("file", "two rows", text(R[:2], H), rows=R[:2])
    yield C("file", "no last line end", text(R, H)[:-1])
    yield C("file", "two last line ends", text(R, H) + "\n")
    yield C("file", "many blank lines", "\n\n" + text(R, H) + "\n\n\n")
    yield C("file", "end of file mark", text(R, H) + "\x1a")
    for code in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"):
        S = [x[:-1] + [x[-1] + (" café" if i % 3 else "")] for i, x in enumerate(R)]
        for bare in (False, True):
            T = [[c.encode("latin-1", "replace").decode("latin-1") for c in x] for x in (R if bare else S)]
            yield C("encoding", "%s%s" % (code, " as it is" if bare else ""), text(T, H).encode(code), rows=T)

    for d in (";", "\t", " ", "|", ", ", ":", "^", "~", "||", "::", "; ", "#", "*", "\x1f"):
        for q in ('"', "'"):
            for always in (False, True):
                yield C("delimiter", "%r quote %s%s" % (d, q, " always" if always else ""), text(R, H, d=d, q=q, e=q, always=always))
    for q in ('"', "'", "`"):
        for e in (q, "\\", ""):
            for always in (False, True):
                for d in (",", ";"):
                    yield C("quote, escape", "%s %r %s%s" % (q, e, d, " always" if always else ""), text(R, H, d=d, q=q, e=e, always=always),
                            lossy=e == "" and any(q in c for x in R for c in x))
    F = flat(R)
    for n in ("\r", "\r\n", "\n"):
        for always in (False, True):
            yield C("record end", "%r%s" % (n, " always" if always else ""), text(F, H, n=n, always=always), rows=F)
            if n != "\n": yield C("record end", "%r, breaks in cells%s" % (n, " always" if always else ""), text(R, H, n=n, always=always))
        yield C("record end", "%r none last" % n, text(F, H, n=n)[:-len(n)], rows=F)
    lines = [line(x) for x in [H] + F]
    yield C("record end", "mixed", "".join(x + r.choice(["\n", "\r\n"]) for x in lines), rows=F)
    yield C("record end", "mixed with \\r", "".join(x + r.choice(["\n", "\r\n", "\r"]) for x in lines), rows=F)

    names = [""] * W
    yield C("header", "none", text(R), names)
    yield C("header", "none, quoted", text(R, always=True), names)
    yield C("header", "lower case", text(R, [h.lower() for h in H]), [h.lower() for h in H])
    yield C("header", "numbered", text(R, [str(i + 1) for i in range(W)]), [str(i + 1) for i in range(W)])
    for k in some(range(1, W), 4):
        yield C("header", "only %d names" % k, text(R, H[:k]), H[:k] + [""] * (W - k), lossy=k < 2)
        yield C("header", "only %d names, padded" % k, text(R, H[:k] + [""] * (W - k)), H[:k] + [""] * (W - k), lossy=k < 2)
    for k in (1, 2, 5, W):
        more = H + ["Extra%d" % i for i in range(k)]
        yield C("header", "%d names more" % k, text(R, more), more, lossy=k >= W)
    twice = [H[0]] + H[:W - 1]
    yield C("header", "a name twice", text(R, twice), twice)
    gap = H[:W // 2] + [""] + H[W // 2 + 1:]
    yield C("header", "a name missing", text(R, gap), gap)
    for k in (1, 2):
        units = [["(%s)" % r.choice(["unit", "text", "code", "EUR", "day"]) for _ in H] for _ in range(k)]
        yield C("header", "%d rows of units" % k, text(units + R, H), [" ".join([h] + [u[i] for u in units]) for i, h in enumerate(H)])
    group = sum(([g] + [""] * (W // 2 - 1) for g in ("Base", "Detail")), []) + [""] * (W % 2)
    yield C("header", "groups above", line(group) + "\n" + text(R, H), [("Base " if i < W // 2 else "Detail ") + h for i, h in enumerate(H)], lossy=W < 4)
    yield C("header", "blank line after", line(H) + "\n\n" + text(R))
    yield C("header", "in # comment", "#" + text(R, H), ["#" + H[0]] + H[1:])

    titles = ["%s of the %s" % (r.choice(["Report", "List", "Figures"]), r.choice(["shop", "year", "north, and the south", "town"])) for _ in range(6)]
    facts = ["%s,%s" % (k, v) for k, v in (("Created", "2024-05-01 10:00"), ("By", "Office"), ("Rows", str(N)), ("Contact", "a@b.example"))]
    for k in (1, 2, 3, 6):
        pad = lambda x: line([x] + blank[1:])
        yield C("preamble", "%d lines" % k, "\n".join(titles[:k]) + "\n" + text(R, H), lossy=W <= 2)
        yield C("preamble", "%d lines, blank" % k, "\n".join(titles[:k]) + "\n\n" + text(R, H))
        yield C("preamble", "%d padded lines" % k, "\n".join(map(pad, titles[:k])) + "\n" + text(R, H))
        yield C("preamble", "%d facts, blank" % k, "\n".join(facts[:k]) + "\n\n" + text(R, H))
        yield C("preamble", "%d facts" % k, "\n".join(facts[:k]) + "\n" + text(R, H))
        yield C("preamble", "%d comments" % k, "\n".join("# " + t for t in titles[:k]) + "\n" + text(R, H))
        yield C("footnote", "%d lines" % k, text(R, H) + "\n".join(t.split(",")[0] for t in titles[:k]) + "\n")
        yield C("footnote", "%d lines, blank" % k, text(R, H) + "\n" + "\n".join(titles[:k]) + "\n")
        yield C("footnote", "%d padded lines" % k, text(R, H) + "\n".join(map(pad, titles[:k])) + "\n")
    yield C("preamble", "sep line", "sep=;\n" + text(R, H, d=";"))
    yield C("preamble", "lines, semicolons", "\n".join(titles[:2]) + "\n\n" + text(R, H, d=";"))
    at = r.randint(1, N - 1)
    yield C("comment", "# line between", text(R[:at], H) + "# all checked up to here\n" + text(R[at:]))
    yield C("comment", "blank line between", text(R[:at], H) + "\n" + text(R[at:]))
    yield C("comment", "blank lines everywhere", "\n\n".join(line(x) for x in [H] + R) + "\n")
    yield C("comment", "padded blank row", text(R[:at], H) + line(blank) + "\n" + text(R[at:]), rows=R[:at] + [blank] + R[at:])
    yield C("comment", "header again", text(R[:at], H) + text(R[at:], H))

    small = [["City", "Visits", "Day"]] + [["Town %d" % i, str(i * 3), "2018-01-%02d" % (i % 28 + 1)] for i in range(r.randint(5, 20))]
    large = [["Key%d" % i for i in range(W + 5)]] + [[str(i * j) for i in range(W + 5)] for j in range(r.randint(5, 30))]
    alike = [["Other%d" % i for i in range(W)]] + [[str(i * j + 1) for i in range(W)] for j in range(r.randint(5, 20))]
    for name, other in (("narrower", small), ("wider", large), ("alike", alike)):
        if len(other[0]) == W and name != "alike": continue
        for gap in ("\n", ""):
            how = "" if gap else ", no blank line"
            hard = not gap and len(other[0]) == W
            yield C("several tables", "then a %s%s" % (name, how), text(R, H) + gap + text(other[1:], other[0]), rows=R + other[1:], more=[other[0]], lossy=hard)
            yield C("several tables", "after a %s%s" % (name, how), text(other[1:], other[0]) + gap + text(R, H), other[0], other[1:] + R, more=[H], lossy=hard)
        yield C("several tables", "with titles, %s" % name, "First table\n" + text(R, H) + "\nSecond table\n" + text(other[1:], other[0]), rows=R + other[1:], more=[other[0]])
    wide = max(N, len(small) - 1)
    side = [(R[i] if i < N else blank) + [""] + (small[i + 1] if i + 1 < len(small) else ["", "", ""]) for i in range(wide)]
    yield C("several tables", "side by side", text(side, H + [""] + small[0]), H + [""] + small[0], side)

    lines = [line(x) for x in [H] + R]
    put = lambda i, s: "\n".join(lines[:i] + [s] + lines[i + 1:]) + "\n"
    row = lambda i, x: R[:i - 1] + [x] + R[i:]
    broken = [i + 1 for i, x in enumerate(R) if any("\n" in c for c in x)]
    for i in sorted(set([0, 1, N] + some(range(2, N), 5) + some(broken, 2))):
        X = H if i == 0 else R[i - 1]
        spaced = any(" " in c for c in X)
        for d in (";", "\t", " ", "|", ", "):
            for always in (False, True):
                if d != ", " and all(c == "" or d not in c for c in X) or always:
                    yield C("row delimiter", "row %d %r%s" % (i, d, " always" if always else ""), put(i, line(X, d=d, always=always)), lossy=d == " " and not always)
        apostrophe = any("'" in c for c in X)
        yield C("row quote", "row %d '" % i, put(i, line(X, q="'", e="'", always=True)), lossy=True)
        yield C("row quote", "row %d escape" % i, put(i, line(X, e="\\")), lossy=any('"' in c for c in X))
        yield C("row quote", "row %d all quoted" % i, put(i, line(X, always=True)))
        yield C("row end", "row %d CRLF" % i, put(i, lines[i] + "\r"))
        if i < N: yield C("row end", "row %d CR" % i, "\n".join(lines[:i] + [lines[i] + "\r" + lines[i + 1]] + lines[i + 2:]) + "\n")
        cells = [cell(c) for c in X]
        for k in some(range(W + 1), 3):
            got = X[:k] + [""] + X[k:]
            wider = put(i, ",".join(cells[:k] + [""] + cells[k:]))
            if i == 0: yield C("header cells", "one more at %d" % k, wider, got, R)
            else: yield C("row cells", "row %d one more at %d" % (i, k), wider, rows=row(i, got))
        for k in some(range(1, W), 3):
            if '"' in cells[k] or '"' in cells[k - 1]: continue
            got = X[:k - 1] + [X[k - 1] + X[k]] + X[k + 1:]
            less = put(i, ",".join(cells[:k - 1] + [cells[k - 1] + cells[k]] + cells[k + 1:]))
            if i == 0: yield C("header cells", "one less at %d" % k, less, got, R)
            else: yield C("row cells", "row %d one less at %d" % (i, k), less, rows=row(i, got))
        cut = r.randint(1, max(1, W - 2))
        if i > 0 and not any("\n" in c for c in X):
            yield C("row cells", "row %d cut after %d" % (i, cut), put(i, ",".join(cells[:cut])), rows=row(i, X[:cut]), lossy=cut == 1 and i == N)
            yield C("row cells", "row %d and three more" % i, put(i, ",".join(cells + ["x", "y", "z"])), rows=row(i, X + ["x", "y", "z"]))
        for k in some(range(W), 3):
            own = "\n" in X[k] or '"' in X[k]
            rest = any("\n" in c for c in X)
            whole = '"' + X[k].replace('"', '""') + '"'
            mid = len(cells[k]) // 2
            harm = {"opened": ('"' + cells[k], X[k], rest or own), "closed": (cells[k] + '"', X[k] + '"', rest or own or cells[k] == ""),
                    "amid": (cells[k][:mid] + '"' + cells[k][mid:], X[k][:mid] + '"' + X[k][mid:], rest or own or mid == 0 or cells[k] != X[k]),
                    "unclosed": (whole[:-1], X[k], rest or own), "unopened": (whole[1:], X[k], rest or own or cells[k] == X[k])}
            for name, (bad, good, lossy) in harm.items():
                want = X[:k] + [good] + X[k + 1:]
                file = put(i, ",".join(cells[:k] + [bad] + cells[k + 1:]))
                if i == 0: yield C("stray quote", "header %s at %d" % (name, k), file, want, R, lossy=lossy)
                else: yield C("stray quote", "row %d %s at %d" % (i, name, k), file, rows=row(i, want), lossy=lossy)
    for size in (9000, 200000):
        i, k = r.randint(1, N), r.randint(0, W - 1)
        long = R[i - 1][:k] + [("%s, " % r.choice(WORDS) * (size // 6))[:size].strip(", ")] + R[i - 1][k + 1:]
        yield C("long cell", "%d bytes" % size, text(row(i, long), H), rows=row(i, long))


WORDS = ["lengthy", "winding", "endless"]
