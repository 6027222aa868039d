public import RapportCore

/// An experiment as a table tells it: which group each row was in, and what came of it.
public struct Experiment: Sendable {
    public struct Arm: Sendable, Hashable {
        public var name: String
        public var outcome: ArmOutcome
    }

    public private(set) var outcome: String
    public let kind: LiftComparison.Kind
    /// In the order in which they come, the control among them.
    public private(set) var arms: [Arm]
    /// Place of the control in `arms`.
    public let control: Int
    /// Rows without a group, and rows of a group without an outcome: left out.
    public let withoutArm: Int
    public let withoutOutcome: Int
    /// Whether its names are the house's, of which there are texts, and not those of a file.
    private let isOwn: Bool

    public var controlArm: Arm { arms[control] }
    public var treatments: [Arm] { arms.indices.filter { $0 != control }.map { arms[$0] } }

    /// Each treatment against the control.
    public func comparisons(level: Double, planned: Int? = nil) -> [(arm: Arm, comparison: LiftComparison)] {
        treatments.map { arm in
            (arm, LiftComparison(kind, treatment: arm.outcome, control: controlArm.outcome, level: level, planned: planned))
        }
    }

    /// The same with names as people read them, where the house named groups and outcomes: texts `cli.lift.name.NAME`. What a
    /// file names stays as it is there.
    public func named(_ texts: Texts) -> Experiment {
        guard isOwn else { return self }
        func shown(_ name: String) -> String { texts("cli.lift.name." + name.replacing(" ", with: "_")) }
        var out = self
        out.outcome = shown(outcome)
        for index in out.arms.indices { out.arms[index].name = shown(out.arms[index].name) }
        return out
    }

    /// P values corrected for their number (Holm 1979), in their order.
    public static func holm(_ values: [Double?]) -> [Double?] {
        let order = values.indices.filter { values[$0] != nil }.sorted { (values[$0] ?? 1) < (values[$1] ?? 1) }
        var out = values
        var largest = 0.0
        for (rank, index) in order.enumerated() {
            largest = max(largest, min(1, (values[index] ?? 1) * Double(order.count - rank)))
            out[index] = largest
        }
        return out
    }

    /// - Parameters:
    ///   - control: the control's value; without, the one value whose name says so.
    ///   - isOwn: whether groups and outcome are named by the house, not by a file.
    ///   - success: the outcome's value that counts as success; without, it is told from the values.
    /// - Throws: `Problem`: `lift.no_control`, `lift.one_group`, `lift.bad_outcome`.
    public init(
        treatment: DataColumn, outcome: DataColumn, control: String? = nil, success: String? = nil, isOwn: Bool = false,
        path: String
    ) throws {
        let groups = treatment.values.indices.filter { !DataColumn.isMissing(treatment.values[$0]) }
        let place = Problem.Place(file: path, path: treatment.name)
        let controlValue = try Self.control(control, groups.map { treatment.values[$0] }, place)
        guard groups.count > 1 else {
            throw Problem(
                "lift.one_group", "everybody is in one group: \"\(controlValue)\"", at: place,
                remedy: "Name the column that tells treatment from control with --treatment")
        }
        guard groups.count <= 50 else {
            throw Problem(
                "lift.many_groups", "it has \(groups.count) different values, which are no groups of an experiment", at: place,
                remedy: "Name the column that tells treatment from control with --treatment")
        }
        let (values, kind) = try Self.outcomes(outcome, success: success, path: path)
        var arms = groups.map { Arm(name: treatment.values[$0], outcome: ArmOutcome()) }
        var armOf = [Int](repeating: -1, count: treatment.values.count)
        for (index, group) in groups.enumerated() { armOf[group] = index }
        var (withoutArm, withoutOutcome) = (0, 0)
        for row in 0..<treatment.count {
            let arm = armOf[Int(treatment.codes[row])]
            guard arm >= 0 else {
                withoutArm += 1
                continue
            }
            guard let value = values[Int(outcome.codes[row])] else {
                withoutOutcome += 1
                continue
            }
            arms[arm].outcome.add(value)
        }
        self.outcome = outcome.name
        self.kind = kind
        self.arms = arms
        self.control = arms.firstIndex { $0.name == controlValue } ?? 0
        self.withoutArm = withoutArm
        self.withoutOutcome = withoutOutcome
        self.isOwn = isOwn
    }

    private static func control(_ stated: String?, _ values: [String], _ place: Problem.Place) throws -> String {
        func list() -> String { values.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ") }
        if let stated {
            if let found = values.first(where: { $0 == stated })
                ?? values.first(where: { $0.lowercased() == stated.lowercased() })
            {
                return found
            }
            let nearest = Spelling.nearest(to: stated, in: values)
            throw Problem(
                "lift.no_control", "no row has \"\(stated)\"" + (nearest.map { ", did you mean \"\($0)\"?" } ?? ""), at: place,
                remedy: "There are: \(list())")
        }
        let found = values.filter(looksLikeControl)
        guard found.count == 1 else {
            throw Problem(
                "lift.no_control", values.isEmpty ? "no row has a group" : "which of the groups is the control is not plain",
                at: place, remedy: values.isEmpty ? nil : "Give it with --control, one of: \(list())")
        }
        return found[0]
    }

    /// `0`, `no`, `false`, `control`, `hold-out`, `No E-Mail`, `untreated`.
    private static func looksLikeControl(_ value: String) -> Bool {
        let words = value.lowercased().split { !$0.isLetter && !$0.isNumber }
        let plain: Set<Substring> = [
            "0", "no", "false", "f", "n", "control", "controls", "ctrl", "holdout", "none", "off", "placebo", "baseline",
            "untreated", "without", "c",
        ]
        if words.count == 1 { return plain.contains(words[0]) || words[0].allSatisfy { $0 == "0" } }
        return words.first == "no" || words.contains("control") || words.contains("holdout")
            || words.starts(with: ["hold", "out"])
    }

    /// Each distinct value as a number, and which test fits.
    private static func outcomes(_ column: DataColumn, success: String?, path: String) throws -> ([Double?], LiftComparison.Kind)
    {
        if let success {
            guard column.values.contains(success) else {
                throw Problem(
                    "lift.bad_outcome", "no row has \"\(success)\"", at: Problem.Place(file: path, path: column.name),
                    remedy: "There are: \(column.values.prefix(20).map { "\"\($0)\"" }.joined(separator: ", "))")
            }
            return (column.values.map { $0 == success ? 1 : DataColumn.isMissing($0) ? nil : 0 }, .rate)
        }
        let yes: Set<String> = ["1", "true", "yes", "y", "t", "1.0"]
        let no: Set<String> = ["0", "false", "no", "n", "f", "0.0"]
        let present = column.values.filter { !DataColumn.isMissing($0) }.map { $0.lowercased() }
        if !present.isEmpty, present.allSatisfy({ yes.contains($0) || no.contains($0) }) {
            return (
                column.values.map { value in
                    let word = value.lowercased()
                    return yes.contains(word) ? 1 : no.contains(word) ? 0 : nil
                }, .rate
            )
        }
        let numbers = column.numbers()
        if let odd = column.values.indices.first(where: { numbers[$0] == nil && !DataColumn.isMissing(column.values[$0]) }) {
            throw Problem(
                "lift.bad_outcome", "\"\(column.values[odd])\" is neither a number nor a yes or no",
                at: Problem.Place(file: path, path: column.name),
                remedy: "Name another column with --outcome, or the value that counts as success with --success")
        }
        try column.refuseSeveralCurrencies(in: path)
        // Squares of larger ones are beyond what can be reckoned with.
        if let huge = numbers.firstIndex(where: { abs($0 ?? 0) > 1e100 }) {
            throw Problem(
                "lift.bad_outcome", "\"\(column.values[huge])\" is more than can be reckoned with",
                at: Problem.Place(file: path, path: column.name), remedy: "Correct the value, or use larger units")
        }
        return (numbers, .amount)
    }
}
