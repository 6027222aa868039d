/// When something is done again and again: in a rhythm, or at times of the house's clock.
public enum Schedule: Sendable, Hashable {
    /// So long after it began the last time.
    case every(Span)
    /// At these times of the house's zone; never empty.
    case at([Moment])

    /// A time of day on some days.
    public struct Moment: Sendable, Hashable {
        public enum Days: Sendable, Hashable {
            case all
            /// 1 = Monday … 7 = Sunday.
            case weekdays(Set<Int>)
            /// 1…31; in a month that is shorter, its last.
            case ofMonth(Int)
        }

        public var days: Days
        /// Minutes since midnight.
        public var minute: Int64

        /// Reads `06:30`, `mon 06:30`, `mon,thu 06:30`, `mon-fri 06:30` or `1 06:30`; `nil` for anything else.
        public init?(_ text: String) {
            let parts = text.split(separator: " ")
            guard let last = parts.last, (1...2).contains(parts.count), let minute = Self.minute(last) else { return nil }
            self.minute = minute
            days = .all
            guard parts.count == 2 else { return }
            if let day = Int(parts[0]) {
                guard (1...31).contains(day) else { return nil }
                days = .ofMonth(day)
            } else {
                guard let found = Self.weekdays(parts[0].lowercased()) else { return nil }
                days = .weekdays(found)
            }
        }

        private static func minute(_ text: Substring) -> Int64? {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2, let hours = Int64(parts[0]),
                let minutes = Int64(parts[1]), (0...23).contains(hours), (0...59).contains(minutes)
            else { return nil }
            return hours * 60 + minutes
        }

        private static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

        private static func weekdays(_ text: String) -> Set<Int>? {
            var found: Set<Int> = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { names.firstIndex(of: String($0)) }
                guard (1...2).contains(ends.count), let first = ends.first ?? nil, let last = ends.last ?? nil else { return nil }
                // From Saturday to Monday goes over the end of the week.
                for day in first...(last < first ? last + 7 : last) { found.insert(day % 7 + 1) }
            }
            return found.isEmpty ? nil : found
        }

        func includes(_ date: CivilDate) -> Bool {
            switch days {
            case .all: true
            case .weekdays(let days): days.contains(date.weekday)
            case .ofMonth(let day): date.day == min(day, CivilDate.days(in: date.month, of: date.year))
            }
        }

        var text: String {
            func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
            let time = "\(two(minute / 60)):\(two(minute % 60))"
            switch days {
            case .all: return time
            case .weekdays(let days): return "\(days.sorted().map { Self.names[$0 - 1] }.joined(separator: ",")) \(time)"
            case .ofMonth(let day): return "\(day) \(time)"
            }
        }
    }

    /// The next time after `moment`. A time that the clocks skip comes when they have, one that they repeat comes once.
    public func next(after moment: Timestamp, in zone: TimeZoneRules) -> Timestamp {
        switch self {
        case .every(let span): return moment + span
        case .at(let moments):
            let today = zone.day(of: moment.milliseconds)
            // Every day of a month comes within 31 days.
            for day in today...(today + 32) {
                let date = CivilDate(daysSince1970: Int(day))
                let times = moments.filter { $0.includes(date) }.map { zone.moment(ofDay: day, minute: $0.minute) }
                if let next = times.filter({ $0 > moment.milliseconds }).min() { return Timestamp(milliseconds: next) }
            }
            return moment + .days(32)
        }
    }

    /// As people read it: `every 1h`, `at mon,thu 06:30`.
    public var text: String {
        switch self {
        case .every(let span): "every \(span.text)"
        case .at(let moments): "at \(moments.map(\.text).joined(separator: " and "))"
        }
    }
}
