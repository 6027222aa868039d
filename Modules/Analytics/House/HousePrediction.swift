public import RapportCore
public import RapportStorage

/// What was learnt from the past of a house's people, tried on the latest past, and said of everybody now.
///
/// People are looked at as they were at several moments in the past. What is known at a moment is what happened before it; the
/// answer is what happened in the time after it; no answer of an earlier moment reaches beyond the one that it is tried on. So
/// nothing is learnt from what could not have been known.
public struct HousePrediction: Sendable {
    public let question: HouseQuestion
    public let prediction: Prediction
    /// Moments learnt from, the last of them the one that answers were tried on.
    public let moments: [Timestamp]
    /// Who is asked about now: how likely yes is, and the strongest reasons.
    public let answers: [(person: PersonID, probability: Double, reasons: [PredictionReason])]
    /// How many people nothing was learnt from and nothing is said of, because they may not be profiled.
    public let leftOut: Int

    /// Rows learnt from at most: beyond, people are drawn by lot.
    private static let rows = 120_000

    /// - Parameters:
    ///   - now: nothing from then on is looked at.
    ///   - progress: what is done, and how many of all people it is done for.
    /// - Throws: `Problem` where the house's past cannot answer the question.
    public init(
        _ question: HouseQuestion, model: PredictionModel? = nil, seed: UInt64 = 1, asOf now: Timestamp, _ database: any Database,
        _ catalog: Catalog, progress: @escaping @Sendable (_ stage: String, _ share: Double) -> Void = { _, _ in }
    ) async throws {
        let plan = try await database.read { try SnapshotPlan(question, asOf: now, catalog, in: $0) }
        let reader = HistoryReader(plan: plan, database: database)
        let all = max(1, try await reader.count())
        let past = plan.moments.dropLast()
        let share = Double(Self.rows) / Double(all * past.count)
        var table = SnapshotTable()
        var done = 0
        try await reader.read(where: { Self.isDrawn($0, share, seed) }) {
            SnapshotTable()
        } each: { person, history, part in
            for moment in past where history.isAsked(at: moment) {
                part.add(person, history, at: moment, answer: history.happens(from: moment) != question.isAbsence)
            }
        } take: { part, people in
            table.append(part)
            done += people
            progress("reading", Double(done) / Double(all))
        }
        var options = Predictor.Options()
        options.model = model
        options.positive = "yes"
        options.seed = seed
        // The rows of the latest moment are held out whole, however few.
        options.heldOut = 0.001
        let held = Double(past.last ?? 0) / 86_400_000
        let names = plan.columns(within: question.within)
        let covered = try await Self.covered(table.coverage(at: held), plan, reader, seed)
        let columns = table.columns(names, plan.fields, covered: covered)
        let list = PredictionList(
            "the people of this house", columns: columns, answers: table.answers, moments: table.moments)
        let prediction = try await Predictor(list, options: options).run { stage, share in progress(stage.rawValue, share) }
        var answers: [(person: PersonID, probability: Double, reasons: [PredictionReason])] = []
        let today = plan.moments.last ?? now.milliseconds
        done = 0
        try await reader.read {
            SnapshotTable()
        } each: { person, history, part in
            if history.isAsked(at: today) { part.add(person, history, at: today, answer: false) }
        } take: { part, people in
            let (columns, half) = (part.columns(like: prediction.columns, names, plan.fields), part.count / 2)
            let judged = try await inParallel(2) { place in
                prediction.judged(columns, rows: place == 0 ? 0..<half : half..<part.count)
            }
            answers += zip(part.people, judged.joined()).map { ($0, $1.probability, $1.reasons) }
            done += people
            progress("scoring", Double(done) / Double(all))
        }
        leftOut = try await reader.leftOut()
        self.question = question
        self.prediction = prediction
        moments = past.map { Timestamp(milliseconds: $0) }
        self.answers = answers
    }

    private static func isDrawn(_ person: PersonID, _ share: Double, _ seed: UInt64) -> Bool {
        guard share < 1 else { return true }
        var numbers = SplitMix64(seed: UInt64(bitPattern: person) &+ seed)
        return Double(numbers.next() >> 11) < share * 9_007_199_254_740_992
    }

    /// Whether each field was known in the past of at least half as many as it is known of now.
    private static func covered(
        _ past: [Double], _ plan: SnapshotPlan, _ reader: HistoryReader, _ seed: UInt64
    ) async throws -> [Bool] {
        guard !plan.fields.isEmpty else { return [] }
        let today = plan.moments.last ?? 0
        let share = 2_000 / Double(max(1, try await reader.count()))
        var table = SnapshotTable()
        try await reader.read(where: { isDrawn($0, share, seed &+ 1) }) {
            SnapshotTable()
        } each: { person, history, part in
            if history.isAsked(at: today) { part.add(person, history, at: today, answer: false) }
        } take: { part, _ in
            table.append(part)
        }
        let now = table.coverage(at: Double(today) / 86_400_000)
        guard now.count == past.count else { return past.map { _ in false } }
        return zip(past, now).map { $0 > 0 && $0 * 2 >= $1 }
    }

    /// The answers as fields of people: how likely, and why, which is written in the language of `texts`.
    public func scores(_ texts: Texts) -> Scores {
        let what = "\(question.isAbsence ? "no " : "")\(question.outcome) within \(question.within) days"
        return Scores(
            fields: [
                FieldDefinition(question.name, .decimal(scale: 4), purpose: "how likely is \(what)"),
                FieldDefinition("\(question.name)_because", purpose: "what speaks most for and against \(what)"),
            ],
            values: answers.map { answer in
                let words = answer.reasons.map { $0.text(texts) }.joined(separator: "; ")
                return (
                    answer.person,
                    [
                        .string(ScaledInteger.text(Int64((answer.probability * 10_000).rounded()), scale: 4)),
                        words.isEmpty ? .null : .string(words),
                    ]
                )
            })
    }
}
