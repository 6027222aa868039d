"""What an order of a small house brings, reckoned anew from its rows in whole numbers: refunds, taxes, cancellations, several currencies."""
import collections
import fractions
import zoneinfo

import small_house

DIGITS = collections.defaultdict(lambda: 2, {"JPY": 0, "KWD": 3})


def half_up(value):
    """Of what is not below zero."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def nearest(value):
    """Halves away from zero."""
    return half_up(value) if value >= 0 else -half_up(-value)


class Rates:
    """`rates:` of YAML: what one of a currency is in a base, on all days or from a day on."""

    def __init__(self, stated, zone):
        self.stated, self.zone = stated, zoneinfo.ZoneInfo(zone)

    def day(self, milliseconds):
        return small_house.moment(milliseconds).astimezone(self.zone).date().isoformat()

    def rate(self, base, currency, day):
        rate = self.stated.get(base, {}).get(currency)
        if isinstance(rate, dict):
            rate = max(((since, value) for since, value in rate.items() if since <= day), default=(None, None))[1]
        return rate and fractions.Fraction(str(rate))

    def factor(self, own, other, day):
        if own == other:
            return fractions.Fraction(1)
        if self.rate(other, own, day):
            return self.rate(other, own, day)
        if self.rate(own, other, day):
            return 1 / self.rate(own, other, day)
        for base in sorted(self.stated):
            if self.rate(base, own, day) and self.rate(base, other, day):
                return self.rate(base, own, day) / self.rate(base, other, day)
        return None

    def convert(self, amount, own, other, at):
        """Minor units; `None` without a rate."""
        factor = self.factor(own, other, self.day(at))
        return factor and nearest(amount * factor * fractions.Fraction(10) ** (DIGITS[other] - DIGITS[own]))


class Order:
    def __init__(self, number, email, at, total, currency="EUR", tax=0, cost=None):
        self.number, self.email, self.at, self.total, self.currency, self.tax, self.cost = number, email, at, total, currency, tax, cost
        # (at, amount, currency, tax or None), and when it was cancelled.
        self.refunds, self.cancelled = [], None

    def rows(self):
        def row(state, at, amount, currency, **more):
            text = "" if amount is None else small_house.decimal(amount, DIGITS[currency])
            return at, {"Order": self.number, "At": small_house.rfc(at), "Email": self.email, "State": state, "Total": text, "Currency": currency, **more}

        own = DIGITS[self.currency]
        more = {"Tax": small_house.decimal(self.tax, own)} if self.tax else {}
        if self.cost is not None:
            more["Cost"] = small_house.decimal(self.cost, own)
        out = [row("placed", self.at, self.total, self.currency, **more)]
        for at, amount, currency, tax in self.refunds:
            out.append(row("refunded", at, amount, currency, **({} if tax is None else {"Tax": small_house.decimal(tax, DIGITS[currency])})))
        if self.cancelled is not None:
            out.append(row("cancelled", self.cancelled, None, self.currency))
        return out

    def stands(self, until):
        return self.at <= until and (self.cancelled is None or self.cancelled > until)

    def net(self, until):
        """In its own currency, without tax; refunds in others are not yet taken off."""
        if self.total is None:
            return None
        own = [(amount, tax) for at, amount, currency, tax in self.refunds if at <= until and currency == self.currency]
        back, told = sum(a for a, _ in own), [(a, t) for a, t in own if t is not None]
        left = max(0, self.total - back)
        if not self.tax or not self.total:
            return left
        kept = max(0, self.total - max(0, back - sum(a for a, _ in told)))
        tax = half_up(fractions.Fraction(self.tax * kept, self.total)) - sum(t for _, t in told)
        return left - min(max(0, tax), left)

    def revenue(self, until, rates, currency):
        net = self.net(until)
        parts = [] if net is None else [rates.convert(net, self.currency, currency, self.at)]
        parts += [
            rates.convert(-amount, other, currency, at) for at, amount, other, _ in self.refunds if at <= until and other != self.currency]
        return None if net is None or None in parts else max(0, sum(parts))
