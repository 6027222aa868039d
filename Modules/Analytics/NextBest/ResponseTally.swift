import RapportCore

/// Counts messages and their responses person by person.
struct ResponseTally {
    private let asked: NextBest.Asked
    private let names: ResponseNames
    /// Of everybody, by number of the choice.
    private var counts: [NextBest.Dimension: [Int64: ResponseCount]] = [:]
    private var own: [NextBest.Dimension: [Int64: ResponseCount]] = [:]
    /// By hour of the week, where time is asked about.
    private var cells = [ResponseCount](repeating: ResponseCount(), count: 168)
    private var ownCells = [ResponseCount](repeating: ResponseCount(), count: 168)
    /// Choices told by a word of the person.
    private var words: [String: ResponseCount] = [:]
    private var ownWords: [String: ResponseCount] = [:]
    private var waves: [Int64: [Int64: ResponseCount]] = [:]
    /// How many people had so many messages with so many responses.
    private var people: [ResponseCount: Int] = [:]
    private var house = ResponseCount()
    private var mine = ResponseCount()
    private var young = 0
    private var bounced = 0

    init(_ asked: NextBest.Asked, _ names: ResponseNames) {
        self.asked = asked
        self.names = names
    }

    mutating func add(_ messages: [HouseResponses.Message], of person: PersonID) {
        let isAsked = person == asked.person
        var sum = ResponseCount()
        for message in messages {
            if let topic = names.topic, message.topic != topic { continue }
            guard !message.bounced else {
                bounced += 1
                continue
            }
            guard message.isSettled else {
                young += 1
                continue
            }
            sum.add(message.answered)
            count(message, of: person, isAsked)
        }
        guard sum.messages > 0 else { return }
        house += sum
        if isAsked { mine = sum }
        people[sum, default: 0] += 1
    }

    private mutating func count(_ message: HouseResponses.Message, of person: PersonID, _ isAsked: Bool) {
        func add(_ dimension: NextBest.Dimension, _ choice: Int64) {
            counts[dimension, default: [:]][choice, default: ResponseCount()].add(message.answered)
            if isAsked { own[dimension, default: [:]][choice, default: ResponseCount()].add(message.answered) }
        }
        switch asked.question {
        case .time:
            let cell = names.hourOfWeek(message.at, of: person)
            cells[cell].add(message.answered)
            if isAsked { ownCells[cell].add(message.answered) }
            if let draw = names.draws[message.campaign] {
                waves[message.campaign, default: [:]][Int64(draw.wave(person)) + 1, default: ResponseCount()].add(
                    message.answered)
            }
        case .channel: add(.channel, message.channel)
        case .content:
            for dimension in asked.content {
                switch dimension {
                case .campaign: add(.campaign, message.campaign)
                case .topic: add(.topic, message.topic)
                case .template:
                    // What another system sent has none.
                    if names.templates[message.campaign] != nil { add(.template, message.campaign) }
                case .language:
                    let word = names.languageOf[person] ?? ""
                    words[word, default: ResponseCount()].add(message.answered)
                    if isAsked { ownWords[word, default: ResponseCount()].add(message.answered) }
                case .weekday, .hour, .cell, .channel, .wave: continue
                }
            }
        }
    }

    /// - Parameter name: of a symbol.
    func answer(_ responses: HouseResponses, name: (Int64) throws -> String) rethrows -> NextBest {
        var answer = NextBest(asked.question, responses, isOfPerson: asked.person != nil)
        (answer.house, answer.own, answer.young, answer.bounced) = (house, mine, young, bounced)
        answer.people = people.values.reduce(0, +)
        // How much people differ from one another says how soon one person's own answers count.
        let strength = BetaPrior.fit(people).strength
        let (counts, own) = (Self.spread(cells, into: self.counts), Self.spread(ownCells, into: self.own))
        for dimension in dimensions {
            let both =
                dimension == .language ? (words, ownWords) : (try named(dimension, counts, name), try named(dimension, own, name))
            let house = contest(both.0, dimension, believed: nil)
            guard asked.person != nil else {
                answer.parts.append(NextBest.Part(dimension: dimension, of: nil, contest: house))
                continue
            }
            let believed = Dictionary(
                uniqueKeysWithValues: house.candidates.map { candidate in
                    let rate = candidate.rate.mean
                    return (candidate.choice, BetaRate(a: strength * rate, b: strength * (1 - rate)))
                })
            answer.parts.append(
                NextBest.Part(
                    dimension: dimension, of: nil,
                    contest: contest(
                        believed.mapValues { _ in ResponseCount() }.merging(both.1) { $1 }, dimension, believed: believed)))
        }
        for (campaign, counts) in waves.sorted(by: { $0.key < $1.key }) where asked.person == nil && counts.count > 1 {
            let named = Dictionary(uniqueKeysWithValues: counts.map { (String($0.key), $0.value) })
            answer.parts.append(
                NextBest.Part(dimension: .wave, of: try name(campaign), contest: contest(named, .wave, believed: nil)))
        }
        return answer
    }

    /// Adds hours of the week as such, by hour and by day.
    private static func spread(
        _ cells: [ResponseCount], into counts: [NextBest.Dimension: [Int64: ResponseCount]]
    ) -> [NextBest.Dimension: [Int64: ResponseCount]] {
        var counts = counts
        for (cell, count) in cells.enumerated() where count.messages > 0 {
            for (dimension, choice) in [(NextBest.Dimension.cell, cell), (.hour, cell % 24), (.weekday, cell / 24 + 1)] {
                counts[dimension, default: [:]][Int64(choice), default: ResponseCount()] += count
            }
        }
        return counts
    }

    private var dimensions: [NextBest.Dimension] {
        switch asked.question {
        case .time: [.weekday, .hour, .cell]
        case .channel: [.channel]
        case .content: asked.content
        }
    }

    private func contest(_ counts: [String: ResponseCount], _ dimension: NextBest.Dimension, believed: [String: BetaRate]?)
        -> Contest<String>
    {
        let isNumber = [.weekday, .hour, .cell, .wave].contains(dimension)
        return Contest(
            counts, order: { isNumber ? (Int($0) ?? 0) < (Int($1) ?? 0) : $0 < $1 }, believed: believed)
    }

    private func named(
        _ dimension: NextBest.Dimension, _ counts: [NextBest.Dimension: [Int64: ResponseCount]], _ name: (Int64) throws -> String
    ) rethrows -> [String: ResponseCount] {
        var out: [String: ResponseCount] = [:]
        for (choice, count) in counts[dimension] ?? [:] {
            let word: String =
                switch dimension {
                case .channel, .campaign, .topic: choice == 0 ? "" : try name(choice)
                case .template: names.templates[choice] ?? ""
                case .weekday, .hour, .cell, .wave, .language: String(choice)
                }
            out[word, default: ResponseCount()] += count
        }
        return out
    }
}
