import RapportCore

/// Reads the permission columns of a row.
struct StandingReader: Sendable {
    private let columns: [(index: Int, role: ColumnRole)]
    private let dates: [Int: DateOrder]
    /// There is a column of each kind of proof.
    let provesDate: Bool
    let provesSource: Bool
    let provesWording: Bool
    /// Some column says who agreed.
    let saysWhoAgreed: Bool
    var isEmpty: Bool { columns.isEmpty }

    init(_ columns: [CheckedColumn]) {
        self.columns = columns.filter(\.role.isPermission).map { ($0.index, $0.role) }
        dates = Dictionary(uniqueKeysWithValues: columns.map { ($0.index, $0.order) })
        let roles = Set(columns.map(\.role))
        provesDate = roles.contains(.consentAt) || roles.contains(.confirmedAt)
        provesSource = roles.contains(.consentSource)
        provesWording = roles.contains(.consentWording)
        saysWhoAgreed = roles.contains(.consent) || roles.contains(.status) || provesDate
    }

    func standing(_ fields: [String], _ words: inout StandingWords) -> RowStanding {
        var standing: RowStanding = []
        /// Said outright by a word or a yes, rather than by a date of long ago.
        var isOutright = false
        var (agreedAt, leftAt): (Int?, Int?)
        var leftByDate = false
        var leftOutright = false
        var (date, source, wording) = (false, false, false)
        var isDenied = false
        for (index, role) in columns {
            let cell = Cell(fields[index])
            if cell.isEmpty { continue }
            switch role {
            case .status:
                switch words.reading(cell.text).word {
                case .subscribed?, .confirmed?:
                    standing.insert(.agreed)
                    isOutright = true
                case .unsubscribed?:
                    standing.insert(.unsubscribed)
                    leftOutright = true
                case .bounced?: standing.insert(.bounced)
                case .complained?: standing.insert(.complained)
                case .blocked?: standing.insert(.blocked)
                case .pending?: standing.insert(.pending)
                case .never?: standing.insert(.never)
                case nil: break
                }
            case .consent:
                switch words.reading(cell.text).says {
                case .yes?:
                    standing.insert(.agreed)
                    isOutright = true
                case .no?: isDenied = true
                case nil: break
                }
            case .consentAt, .confirmedAt:
                guard let day = day(cell, index) else { continue }
                if role == .consentAt || !date { agreedAt = day }
                date = true
                standing.insert(.agreed)
            case .consentSource: source = !words.reading(cell.text).isNothing
            case .consentWording: wording = !words.reading(cell.text).isNothing
            case .unsubscribed, .bounced, .complained, .doNotContact:
                let said = words.reading(cell.text)
                if said.flag == .no || said.isNothing || said.word == .subscribed { continue }
                switch role {
                case .unsubscribed:
                    standing.insert(.unsubscribed)
                    if let day = day(cell, index) {
                        leftAt = day
                        leftByDate = true
                    } else {
                        leftOutright = true
                    }
                case .bounced: standing.insert(.bounced)
                case .complained: standing.insert(.complained)
                default: standing.insert(.blocked)
                }
            default: break
            }
        }
        // Left, and came back later: what counts is the last word.
        if leftByDate, !leftOutright, isOutright, let agreedAt, let leftAt, agreedAt > leftAt { standing.remove(.unsubscribed) }
        if isOutright, standing.contains(.unsubscribed) { standing.insert(.contradictory) }
        if isOutright, isDenied { standing.insert(.contradictory) }
        if isDenied, !isOutright {
            standing.remove(.agreed)
            standing.insert(.never)
        }
        if saysWhoAgreed, standing.isDisjoint(with: [.agreed, .pending, .never]) { standing.insert(.never) }
        let proven = date && (source || !provesSource) && (wording || !provesWording)
        if standing.contains(.agreed), !proven { standing.insert(.unproven) }
        if standing.contains(.pending) { standing.remove(.unproven) }
        return standing
    }

    private func day(_ cell: Cell, _ index: Int) -> Int? {
        guard let parts = DateParts(cell.text) else { return nil }
        return parts.day(dates[index] ?? .dayFirst)?.daysSince1970
    }
}
