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
        var said = SaidStanding()
        for (index, role) in columns {
            let cell = Cell(fields[index])
            if cell.isEmpty { continue }
            switch role {
            case .status: said.take(status: words.reading(cell.text).word)
            case .consent: said.take(consent: words.reading(cell.text).says)
            case .consentAt, .confirmedAt:
                if let day = day(cell, index) { said.take(agreedAt: day, isConsent: role == .consentAt) }
            case .consentSource: said.namesSource = !words.reading(cell.text).isNothing
            case .consentWording: said.namesWording = !words.reading(cell.text).isNothing
            case .unsubscribed, .bounced, .complained, .doNotContact:
                let reading = words.reading(cell.text)
                if reading.flag == .no || reading.isNothing || reading.word == .subscribed { continue }
                said.take(refusal: role, at: role == .unsubscribed ? day(cell, index) : nil)
            default: break
            }
        }
        return said.standing(saysWhoAgreed: saysWhoAgreed, provesSource: provesSource, provesWording: provesWording)
    }

    private func day(_ cell: Cell, _ index: Int) -> Int? {
        guard let parts = DateParts(cell.text) else { return nil }
        return parts.day(dates[index] ?? .dayFirst)?.daysSince1970
    }
}

/// What the columns of a row say of permission, and what follows from all of them together.
private struct SaidStanding {
    private var standing: RowStanding = []
    /// Said outright by a word or a yes, rather than by a date of long ago.
    private var isOutright = false
    private var isDenied = false
    private var agreedAt: Int?
    private var isDated = false
    private var leftAt: Int?
    private var leftOutright = false
    var namesSource = false
    var namesWording = false

    mutating func take(status word: StandingWord?) {
        switch word {
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
    }

    mutating func take(consent answer: Flag?) {
        switch answer {
        case .yes?:
            standing.insert(.agreed)
            isOutright = true
        case .no?: isDenied = true
        case nil: break
        }
    }

    /// - Parameter isConsent: rather than a confirmation, whose day counts only where there is no other.
    mutating func take(agreedAt day: Int, isConsent: Bool) {
        if isConsent || !isDated { agreedAt = day }
        isDated = true
        standing.insert(.agreed)
    }

    mutating func take(refusal role: ColumnRole, at day: Int?) {
        switch role {
        case .unsubscribed:
            standing.insert(.unsubscribed)
            if let day { leftAt = day } else { leftOutright = true }
        case .bounced: standing.insert(.bounced)
        case .complained: standing.insert(.complained)
        default: standing.insert(.blocked)
        }
    }

    func standing(saysWhoAgreed: Bool, provesSource: Bool, provesWording: Bool) -> RowStanding {
        var standing = standing
        // Left, and came back later: what counts is the last word.
        if !leftOutright, isOutright, let agreedAt, let leftAt, agreedAt > leftAt { standing.remove(.unsubscribed) }
        if isOutright, standing.contains(.unsubscribed) { standing.insert(.contradictory) }
        if isOutright, isDenied { standing.insert(.contradictory) }
        if isDenied, !isOutright {
            standing.remove(.agreed)
            standing.insert(.never)
        }
        if saysWhoAgreed, standing.isDisjoint(with: [.agreed, .pending, .never]) { standing.insert(.never) }
        let isProven = isDated && (namesSource || !provesSource) && (namesWording || !provesWording)
        if standing.contains(.agreed), !isProven { standing.insert(.unproven) }
        if standing.contains(.pending) { standing.remove(.unproven) }
        return standing
    }
}
