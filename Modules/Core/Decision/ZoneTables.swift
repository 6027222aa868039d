import Foundation
import Synchronization

/// Offsets of IANA zones, from the tables that Foundation carries, remembered by zone and day.
public final class ZoneTables: Sendable {
    private struct Key: Hashable {
        var zone: String
        var from: Int64
        var until: Int64
    }

    private static let day: Int64 = 86_400_000
    private let known = Mutex<[Key: ZoneWindow?]>([:])

    public init() {}

    public static func isKnown(_ zone: String) -> Bool { TimeZoneRules(zone) != nil }

    /// The offsets of `zone` from a moment to another, changes before the first left out.
    ///
    /// - Parameter number: the number under which the zone's name is kept.
    /// - Returns: `nil` for a name that is no zone.
    public func window(_ zone: String, number: Int64, from: Timestamp, until: Timestamp) -> ZoneWindow? {
        let key = Key(
            zone: zone, from: from.milliseconds.flooredDivision(by: Self.day),
            until: until.milliseconds.flooredDivision(by: Self.day) + 1)
        let wide = known.withLock { known in
            if let window = known[key] { return window }
            // Every worker asks for a few zones on a few days: what is no longer asked for is forgotten with the rest.
            if known.count > 4_096 { known.removeAll() }
            let window = Self.read(key)
            known[key] = .some(window)
            return window
        }
        guard var out = wide else { return nil }
        out.zone = number
        out.offset = out.offset(at: from)
        out.changes.removeAll { $0.at <= from || $0.at > until }
        return out
    }

    private static func read(_ key: Key) -> ZoneWindow? {
        // Golden values are folded, and Foundation tells pacific/honolulu from Pacific/Honolulu.
        guard let zone = TimeZoneRules(key.zone)?.zone else { return nil }
        func offset(_ second: Int64) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(second))) }
        var out = ZoneWindow(offset: offset(key.from * 86_400))
        var current = out.offset
        // No zone changes twice within six hours.
        let step: Int64 = 21_600
        for start in stride(from: key.from * 86_400, to: key.until * 86_400, by: Int64.Stride(step)) {
            let after = offset(start + step)
            guard after != current else { continue }
            var (low, high) = (start, start + step)
            while high - low > 1 {
                let middle = (low + high) / 2
                if offset(middle) == current { low = middle } else { high = middle }
            }
            out.changes.append(.init(at: Timestamp(milliseconds: high * 1_000), offset: after))
            current = after
        }
        return out
    }
}
