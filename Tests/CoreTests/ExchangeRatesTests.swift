import RapportCore
import Testing

@Suite("Exchange rates")
struct ExchangeRatesTests {
    private func rates() -> ExchangeRates {
        var rates = ExchangeRates()
        rates.add(base: "EUR", currency: "USD", day: 100, rate: 9_000_000_000)
        rates.add(base: "EUR", currency: "USD", day: 110, rate: 8_000_000_000)
        rates.add(base: "EUR", currency: "JPY", day: 90, rate: 60_000_000)
        return rates
    }

    @Test("the rate is the day's, or that of the nearest earlier day, and never a later one's")
    func nearestEarlier() {
        let rates = rates()
        #expect(rates.convert(10_000, from: "USD", to: "EUR", on: 99) == nil)
        #expect(rates.convert(10_000, from: "USD", to: "EUR", on: 100) == 9_000)
        #expect(rates.convert(10_000, from: "USD", to: "EUR", on: 109) == 9_000)
        #expect(rates.convert(10_000, from: "USD", to: "EUR", on: 110) == 8_000)
        #expect(rates.convert(10_000, from: "USD", to: "EUR", on: 5_000) == 8_000)
    }

    @Test("decimals differ by currency, the inverse and the way over a common base are found, halves are rounded away from zero")
    func ways() {
        let rates = rates()
        #expect(rates.convert(2_000, from: "JPY", to: "EUR", on: 100) == 1_200)
        #expect(rates.convert(1_200, from: "EUR", to: "JPY", on: 100) == 2_000)
        #expect(rates.convert(900, from: "EUR", to: "USD", on: 100) == 1_000)
        #expect(rates.convert(1_500, from: "JPY", to: "USD", on: 100) == 1_000)
        #expect(rates.convert(5, from: "USD", to: "EUR", on: 100) == 5)
        #expect(rates.convert(-5, from: "USD", to: "EUR", on: 100) == -5)
        #expect(rates.convert(77, from: "GBP", to: "GBP", on: 0) == 77)
        #expect(rates.convert(77, from: "GBP", to: "EUR", on: 100) == nil)
        #expect(rates.convert(.max, from: "EUR", to: "JPY", on: 100) == nil)
    }
}
