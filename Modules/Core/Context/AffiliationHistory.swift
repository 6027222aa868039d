/// Works out from all that was said where a person has been, in which role, from when to when.
///
/// A source's record of a person has one account: where the same record names another one, the person has moved, and what says
/// the same account again is no news. What is said of an affiliation itself (`account.joined`, `account.left`) may open several
/// at once and ends only what it names.
public struct AffiliationHistory {
    public enum Said: Sendable, Hashable {
        /// A source's record of the person names its account; `nil`: it has none any more.
        case named(profile: Int64, Affiliation.Account?, name: String)
        case joined(Affiliation.Account, name: String, role: String, title: String?, isPrimary: Bool?)
        /// Without an account: all of them. Without a role: in every role.
        case left(Affiliation.Account?, role: String?)
    }

    public struct Statement: Sendable, Hashable {
        public var time: StatementTime
        public var said: Said
        /// Whether the moment was stated, and is not just when it was said.
        public var isDated: Bool

        public init(_ said: Said, time: StatementTime, isDated: Bool = false) {
            self.said = said
            self.time = time
            self.isDated = isDated
        }
    }

    private struct Place: Hashable {
        var account: Affiliation.Account
        var role: String
    }

    private var closed: [Affiliation] = []
    private var open: [Place: Affiliation] = [:]
    private var namedBy: [Int64: Affiliation.Account] = [:]

    private init() {}

    /// The affiliations, by beginning.
    public static func affiliations(of statements: [Statement]) -> [Affiliation] {
        var history = AffiliationHistory()
        // A record with a key for the account is not asked for the company's name as well.
        let keyed = Set(
            statements.compactMap { statement -> Int64? in
                if case .named(let profile, let account?, _) = statement.said, !account.isByName { profile } else { nil }
            })
        for statement in statements.sorted(by: { $0.time < $1.time }) { history.take(statement, keyed) }
        let all = history.closed + history.open.values
        return all.sorted {
            $0.since != $1.since
                ? $0.since < $1.since
                : $0.account != $1.account
                    ? $0.account < $1.account
                    : ($0.role, $0.until ?? .distantFuture) < ($1.role, $1.until ?? .distantFuture)
        }
    }

    private mutating func take(_ statement: Statement, _ keyed: Set<Int64>) {
        let time = statement.time
        switch statement.said {
        case .named(let profile, let account, let name):
            if account?.isByName ?? true, keyed.contains(profile) { return }
            let before = namedBy[profile]
            guard account != before else { return }
            namedBy[profile] = account
            if let before, !namedBy.values.contains(before) { close(at: time) { $0.account == before } }
            guard let account, !open.keys.contains(where: { $0.account == account }) else { return }
            open[Place(account: account, role: "")] = Affiliation(
                account: account, name: name, since: time.at, profile: profile)
        case .joined(let account, let name, let role, let title, let isPrimary):
            let place = Place(account: account, role: role)
            var affiliation =
                open[place] ?? Affiliation(account: account, name: name, role: role, since: time.at, isDated: statement.isDated)
            affiliation.title = title ?? affiliation.title
            if statement.isDated {
                affiliation.since = affiliation.isDated ? affiliation.since : time.at
                affiliation.isDated = true
            }
            if let isPrimary {
                affiliation.isPrimary = isPrimary
                if isPrimary { for other in Array(open.keys) { open[other]?.isPrimary = false } }
            }
            open[place] = affiliation
        case .left(let account, let role):
            let wasThere = close(at: time) { (account == nil || $0.account == account) && (role == nil || $0.role == role) }
            // Nobody told of the beginning; that it was and is over is known all the same.
            guard !wasThere, let account, !closed.contains(where: { $0.account == account }) else { return }
            closed.append(
                Affiliation(
                    account: account, role: role ?? "", since: time.at, until: time.at, endedBy: time.ref))
        }
    }

    /// - Returns: whether anything ended.
    @discardableResult
    private mutating func close(at time: StatementTime, where isMeant: (Place) -> Bool) -> Bool {
        let ending = open.keys.filter(isMeant)
        for place in ending {
            guard var affiliation = open.removeValue(forKey: place) else { continue }
            affiliation.until = time.at.ending(&affiliation.since, isDated: affiliation.isDated)
            affiliation.endedBy = time.ref
            closed.append(affiliation)
        }
        return !ending.isEmpty
    }
}
