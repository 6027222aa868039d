import RapportCore

/// A time as a client of the tracking API writes it: in ISO 8601, or as a number of Unix seconds or milliseconds.
enum ClientTime: Sendable, Hashable {
    /// Nothing is said.
    case unsaid
    case at(Timestamp)
    /// What is said is no time.
    case unread

    /// A number below this, whatever its sign, counts seconds: as milliseconds it would be of 1973 at the latest, as seconds it is of
    /// any year to 5138.
    private static let firstOfMilliseconds: Int64 = 100_000_000_000

    init(_ value: JSONValue?) {
        switch value {
        case nil, .null?: self = .unsaid
        case .string(let text)?: self = Timestamp(iso8601: text).map { .at($0) } ?? .unread
        case .integer(let number)?: self = Self.unix(ScaledInteger.parse(String(number), scale: 3))
        case .decimal(let literal)?: self = Self.unix(ScaledInteger.parse(literal, scale: 3))
        default: self = .unread
        }
    }

    var time: Timestamp? {
        guard case .at(let time) = self else { return nil }
        return time
    }

    /// - Parameter thousandths: of the number as it is written.
    private static func unix(_ thousandths: Int64?) -> ClientTime {
        guard let thousandths else { return .unread }
        let isSeconds = thousandths.magnitude < UInt64(firstOfMilliseconds) * 1_000
        let time = Timestamp(milliseconds: isSeconds ? thousandths : thousandths.flooredDivision(by: 1_000))
        return (Timestamp.distantPast...Timestamp.distantFuture).contains(time) ? .at(time) : .unread
    }
}
