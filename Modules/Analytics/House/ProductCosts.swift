import RapportCore
import RapportStorage

/// What one piece of each product costs, as its record says under `cost` (and `currency`).
struct ProductCosts {
    private struct Cost {
        var text: String
        var currency: String?
    }

    private var costs: [String: Cost] = [:]
    private var rates: ExchangeRates

    init(rates: ExchangeRates = ExchangeRates()) { self.rates = rates }

    var isEmpty: Bool { costs.isEmpty }

    static func read(rates: ExchangeRates, in db: Connection) throws -> ProductCosts {
        var out = ProductCosts(rates: rates)
        for product in try HouseRecord.search(.product, "", limit: 1_000_000, in: db) {
            guard let stated = product.fields.first(where: { $0.name == "cost" })?.value else { continue }
            let text = stated.string ?? stated.text
            let currency = product.fields.first { $0.name == "currency" }?.value.string?.uppercased()
            // A line names a product by its key, or by its name where that is all a shop has.
            for key in [product.external, product.name] where !key.isEmpty && out.costs[key] == nil {
                out.costs[key] = Cost(text: text, currency: currency)
            }
        }
        return out
    }

    /// In minor units of `currency`, converted at the day's rate (UTC) where the record names another.
    func cost(of product: String, in currency: String?, at moment: Timestamp) -> Int64? {
        guard let cost = costs[product] else { return nil }
        let own = cost.currency ?? currency
        guard let minor = ScaledInteger.parse(cost.text, scale: Currency.exponent(of: own)) else { return nil }
        guard let own, let currency else { return minor }
        return rates.convert(minor, from: own, to: currency, on: Int(moment.milliseconds / 86_400_000))
    }
}
