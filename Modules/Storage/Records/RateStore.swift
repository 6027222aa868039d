public import RapportCore

/// Exchange rates in the database: stated in YAML, or brought from a file.
public enum RateStore {
    public struct Rate: Sendable, Hashable {
        /// ISO 4217: in which the rate is.
        public var base: String
        /// Of which one unit is worth the rate.
        public var currency: String
        /// Since 1970; `ExchangeRates.always` for a rate of all days.
        public var day: Int
        /// Of the tenth decimal.
        public var rate: Int64

        public init(base: String, currency: String, day: Int, rate: Int64) {
            self.base = base
            self.currency = currency
            self.day = day
            self.rate = rate
        }
    }

    public static func read(in db: Connection) throws -> ExchangeRates {
        var rates = ExchangeRates()
        try db.each("SELECT base, currency, day, rate FROM rates ORDER BY base, currency, day") {
            rates.add(base: $0.text(0), currency: $0.text(1), day: $0.int(2), rate: $0.integer(3))
        }
        return rates
    }

    /// The rates of a base, the latest day first.
    public static func list(base: String? = nil, limit: Int, in db: Connection) throws -> [Rate] {
        try db.all(
            """
            SELECT base, currency, day, rate FROM rates WHERE \(base.map { "base = \($0)" as SQL } ?? "1 = 1")
            ORDER BY day DESC, base, currency LIMIT \(limit)
            """
        ) { Rate(base: $0.text(0), currency: $0.text(1), day: $0.int(2), rate: $0.integer(3)) }
    }

    /// Writes rates; what was said of the same day before is replaced.
    ///
    /// - Parameter origin: `yaml` for what definitions say, `file` for what was imported.
    public static func write(_ rates: [Rate], origin: String, in db: Connection) throws {
        for rate in rates {
            try db.run(
                """
                INSERT INTO rates (base, currency, day, rate, origin)
                VALUES (\(rate.base), \(rate.currency), \(rate.day), \(rate.rate), \(origin))
                ON CONFLICT (base, currency, day) DO UPDATE SET rate = excluded.rate, origin = excluded.origin
                """)
        }
    }

    /// Forgets what definitions say of a base.
    public static func forget(base: String, origin: String, in db: Connection) throws {
        try db.run("DELETE FROM rates WHERE base = \(base) AND origin = \(origin)")
    }
}
