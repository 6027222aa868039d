"""Clean tables of different character, made from a seed: what a reader should find again under any pollution."""
import random

WORDS = ("blue old steel large two for kids with lamp cup paper red light wood soft chair river north open quiet market garden "
         "winter street bread copper glass young house silver green table summer round simple cloud stone bridge field music").split()
NAMES = "Anna Bernd Chloë David Elena François Greta Hüseyin Ines Jürgen Katya Liam Márta Noah Olga Peter Quinn Rosa Søren Tomás".split()
LAST = "Meyer Smith O'Neill García Müller Novák Rossi Jansen Kowalski Dubois Lindström Brown van·Dyk Costa Weiß Horváth".split()
CITIES = "Berlin London Paris Wien München Madrid Praha Oslo Gent Lyon Leeds Porto Graz Turin Bern Ulm".split()


class Source:
    def __init__(self, name, header, rows): self.name, self.header, self.rows = name, header, rows


def sources(seed):
    r = random.Random(seed)
    say = lambda low, high=None: " ".join(r.choice(WORDS) for _ in range(r.randint(low, high or low)))
    day = lambda: "20%02d-%02d-%02d" % (r.randint(10, 25), r.randint(1, 12), r.randint(1, 28))

    def shop(n):
        rows = []
        for i in range(n):
            text = say(3, 5)
            if i % 6 == 1: text += ", " + say(2)
            if i % 6 == 2: text = 'the "%s" %s' % (say(1), say(2))
            if i % 6 == 3: text = '19" rack, ' + say(2)
            if i % 9 == 4: text += "\n" + say(2)
            rows.append(["%02d/%02d/2018" % (r.randint(1, 12), r.randint(1, 28)), "%02d:%02d" % (r.randint(0, 23), r.randint(0, 59)),
                         str(r.randint(1, 40)), "%s-%d" % (r.choice("ABCD"), 1000 + i), "%d.%02d" % (r.randint(1, 400), r.randint(0, 99)),
                         r.choice(WORDS).title(), text, "https://shop.example/%s/%d?a=1&b=2" % (r.choice(WORDS), i), "" if i % 4 else say(3)])
        return ["Date", "Time", "Qty", "ProductId", "Price", "ProductType", "ProductDescription", "URL", "Comments"], rows

    def people(n):
        rows = []
        for i in range(n):
            first, last = r.choice(NAMES), r.choice(LAST).replace("·", " ")
            rows.append([str(10000 + i), first, last, "%s%d@mail.example" % (first.lower().encode("ascii", "ignore").decode(), i),
                         "+4930%07d" % r.randint(0, 9999999), r.choice(CITIES), r.choice(["DE", "FR", "GB", "AT"]), day(),
                         r.choice(["", "yes", "no"]), "" if i % 3 else "said: %s; %s" % (say(2), say(1))])
        return ["customer_id", "first_name", "last_name", "email", "phone", "city", "country", "since", "newsletter", "remark"], rows

    def measures(n):
        head = ["station"] + ["m%02d" % (i + 1) for i in range(11)]
        return head, [["S%03d" % (i + 1)] + ["%.3f" % r.uniform(-50, 900) if r.random() > .07 else "" for _ in range(11)] for i in range(n)]

    def numbers(n):
        return ["Konto", "Betrag", "Kurs", "Anteil"], [[str(r.randint(100000, 999999)), "%d.%03d,%02d" % (r.randint(1, 99), r.randint(0, 999), r.randint(0, 99)),
            "%d,%04d" % (r.randint(0, 9), r.randint(0, 9999)), "%d,%d %%" % (r.randint(0, 99), r.randint(0, 9))] for _ in range(n)]

    def words(n):
        return ["Term", "Meaning", "Source"], [[say(1).title() + " " + say(1), say(4, 9).capitalize() + ("; " + say(2) if i % 4 == 2 else ", or " + say(2) if i % 4 == 1 else ""),
            r.choice(["Oxford", "Duden", "Larousse"])] for i in range(n)]

    def wide(n):
        head = ["Id", "Name"] + ["Q%d answer" % (i + 1) for i in range(26)]
        return head, [[str(i + 1), r.choice(NAMES)] + [r.choice(["1", "2", "3", "4", "5", "n/a", "", "don't know"]) for _ in range(26)] for i in range(n)]

    def register(n):
        return ["Register number", "Company", "Registered office", "Officers", "Status", "Filed on"], [[
            "HRB %d" % r.randint(1000, 99999), "%s & %s %s" % (r.choice(LAST).replace("·", " "), say(1).title(), r.choice(["GmbH", "Ltd.", "S.A."])),
            "%s %d, %d %s" % (say(1).title() + " Street", r.randint(1, 99), r.randint(10000, 99999), r.choice(CITIES)),
            "; ".join(r.choice(NAMES) for _ in range(r.randint(1, 3))), r.choice(["active", "dissolved"]), "%d %s %d" % (r.randint(1, 28), r.choice("Jan Feb Mar Apr May".split()), r.randint(1990, 2024))]
            for _ in range(n)]

    for name, make, low, high in (("shop", shop, 50, 80), ("people", people, 30, 60), ("measures", measures, 25, 60), ("numbers", numbers, 12, 40),
                                  ("words", words, 10, 30), ("wide", wide, 12, 25), ("register", register, 20, 40)):
        yield Source(name, *make(r.randint(low, high)))
