extension Span {
    private static let units: [(unit: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// Reads `250ms`, `30s`, `5m`, `24h`, `180d`; `nil` for anything else. A day is 24 hours.
    public init?(_ text: some StringProtocol) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...]
        guard let count = Int64(digits), let scale = Self.units.first(where: { $0.unit == unit })?.milliseconds else {
            return nil
        }
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: scale)
        guard !overflow else { return nil }
        self.init(milliseconds: milliseconds)
    }

    /// In the largest unit that needs no fraction: `90m`, `180d`.
    public var text: String {
        for (unit, scale) in Self.units where milliseconds % scale == 0 && (milliseconds != 0 || unit == "s") {
            return "\(milliseconds / scale)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}
