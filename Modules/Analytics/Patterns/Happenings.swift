public import RapportCore
public import RapportTabular

/// What happened, to whom and when: what funnels and paths are reckoned from.
public struct Happenings: Sendable {
    struct Row: Sendable, BitwiseCopyable {
        var subject: Int32
        var event: Int32
        /// Milliseconds since 1970.
        var at: Int64
    }

    /// Names of whom it happened to; the other arrays refer to them by place.
    public private(set) var subjects: [String]
    /// Names of what happened.
    public private(set) var events: [String]
    /// The names of groups that subjects are in, and each subject's place among them, −1 for none.
    public private(set) var groups: [String] = []
    private(set) var groupOf: [Int32]
    private(set) var rows: [Row] = []
    private var groupPlaces: [String: Int32] = [:]

    public init(subjects: [String] = [], events: [String] = []) {
        self.subjects = subjects
        self.events = events
        groupOf = [Int32](repeating: -1, count: subjects.count)
    }

    public var count: Int { rows.count }

    mutating func reserveCapacity(_ count: Int) { rows.reserveCapacity(count) }

    /// Of what happens to one subject at one time, what is added first comes first.
    public mutating func add(subject: Int, event: Int, at: Int64) {
        rows.append(Row(subject: Int32(subject), event: Int32(event), at: at))
    }

    /// - Returns: its place.
    public mutating func add(subject name: String, group: String? = nil) -> Int {
        subjects.append(name)
        groupOf.append(-1)
        if let group { assign(subjects.count - 1, to: group) }
        return subjects.count - 1
    }

    /// A subject keeps the first group that is said of it.
    public mutating func assign(_ subject: Int, to group: String) {
        guard groupOf[subject] < 0 else { return }
        if let place = groupPlaces[group] {
            groupOf[subject] = place
            return
        }
        groups.append(group)
        groupPlaces[group] = Int32(groups.count - 1)
        groupOf[subject] = Int32(groups.count - 1)
    }

    /// Puts the rows in the order of subject and time.
    public mutating func sort() {
        let order = rows.indices.sorted { left, right in
            (rows[left].subject, rows[left].at, left) < (rows[right].subject, rows[right].at, right)
        }
        rows = order.map { rows[$0] }
    }

    /// Calls `body` with the rows of each subject that has some; after `sort`.
    func each(_ body: (Int, ArraySlice<Row>) -> Void) {
        var from = 0
        while from < rows.count {
            var to = from + 1
            while to < rows.count, rows[to].subject == rows[from].subject { to += 1 }
            body(Int(rows[from].subject), rows[from..<to])
            from = to
        }
    }

    /// Reads what happened from a file, a row each. Rows without subject, date or event are left out, and `notes` says how many.
    ///
    /// - Parameter zone: IANA, of times without an offset.
    /// - Throws: `Problem` for columns that are not there and dates that cannot be read.
    public static func read(
        _ file: DataFile, subject: String, date: String, event: String, group: String? = nil, dates: DateFormat? = nil,
        zone: String? = nil, progress: (Int) -> Void = { _ in }
    ) throws -> (happenings: Happenings, notes: [Remark]) {
        var places = [
            try file.column(subject, option: "--customer"), try file.column(date, option: "--date"),
            try file.column(event, option: "--event"),
        ]
        if let group { places.append(try file.column(group, option: "--by")) }
        let table = try file.read(places, progress: progress)
        guard table.count > 0 else { throw file.empty }
        let (who, when, what) = (table.columns[0], table.columns[1], table.columns[2])
        let moments = try when.moments(dates, zone: zone, of: table, option: "--date")
        let isNamed = who.values.map { !DataColumn.isMissing($0) }
        let isEvent = what.values.map { !DataColumn.isMissing($0) }
        var happenings = Happenings(subjects: who.values, events: what.values)
        var leftOut = 0
        for row in 0..<table.count {
            let (subject, event) = (Int(who.codes[row]), Int(what.codes[row]))
            guard isNamed[subject], isEvent[event], let at = moments[Int(when.codes[row])] else {
                leftOut += 1
                continue
            }
            happenings.add(subject: subject, event: event, at: at)
            if group != nil, !DataColumn.isMissing(table.columns[3][row]) {
                happenings.assign(subject, to: table.columns[3][row])
            }
        }
        happenings.sort()
        let left = leftOut > 0 ? [Remark("cli.patterns.left_out", ["rows": NumberText.grouped(leftOut)], count: leftOut)] : []
        return (happenings, table.notes + left)
    }
}
