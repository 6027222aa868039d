extension StandingModel {
    /// What one would say of people whom nobody has looked at yet: from the lists that Rapport was judged on, rounded toward
    /// caution. `learningFrom` replaces it by what a base itself shows.
    public static let builtIn = StandingModel(rows, relatedShare: 5e-6, prior: 1e-6)

    init(_ rows: [Row], relatedShare: Double, prior: Double) {
        let columns = rows.map { row in
            MatchModel.Column(name: row.name, kind: row.kind, parent: row.parent, m: row.m, u: row.u)
        }
        self.init(
            model: MatchModel(
                columns: columns, related: .init(share: relatedShare, levels: rows.map(\.related)), prior: prior),
            columns: rows.map { row in
                Column(
                    name: row.name, kind: row.kind, isWordy: row.isWordy, values: ValueFrequencies(agreement: 1, rest: 1),
                    words: row.isWordy ? Self.commonWords : nil)
            }, records: 0)
    }

    struct Row {
        var name: String
        var kind: ColumnKind
        var isWordy = false
        var parent: Int?
        var m: [[Double]]
        var u: [[Double]]
        /// `nil`: relatives agree by chance only.
        var related: [Double]?
    }

    // Shares of the levels: (missing,) different, faint, slight, alike, close, swapped, same.
    private static let rows: [Row] = [
        Row(
            name: "first_name", kind: .name, m: [[1, 0.05, 0.02, 0.03, 0.05, 0.13, 0.02, 0.70]],
            u: [[1, 0.955, 0.015, 0.01, 0.008, 0.004, 0.0005, 0.0075]],
            related: [1, 0.885, 0.03, 0.03, 0.02, 0.02, 0.0005, 0.015]),
        Row(
            name: "last_name", kind: .name, m: [[1, 0.05, 0.015, 0.005, 0.04, 0.08, 0.01, 0.80]],
            u: [[1, 0.975, 0.012, 0.004, 0.005, 0.0015, 0.0002, 0.0023]],
            related: [1, 0.10, 0.002, 0.005, 0.02, 0.02, 0.001, 0.85]),
        Row(
            name: "birthday", kind: .date, m: [[1, 0.02, 0.005, 0.01, 0.03, 0.05, 0.015, 0.87]],
            u: [[1, 0.935, 0.03, 0.018, 0.0155, 0.0012, 0.0001, 0.00005]]),
        Row(
            name: "postcode", kind: .postcode, m: [[1, 0.17, 0.02, 0.03, 0.005, 0.05, 0.005, 0.72]],
            u: [[1, 0.93, 0.05, 0.015, 0.0002, 0.004, 0.0001, 0.0007]],
            related: [1, 0.06, 0.01, 0.01, 0.001, 0.02, 0.001, 0.90]),
        Row(
            name: "city", kind: .name, parent: 3, m: repeated([1, 0.16, 0.005, 0.01, 0.02, 0.05, 0.005, 0.75]),
            u: [0.02, 0.015, 0.15, 0.40, 0.40, 0.40, 0.40, 0.93].map { agreeing($0) },
            related: [1, 0.06, 0.002, 0.005, 0.01, 0.02, 0.001, 0.90]),
        Row(
            name: "street", kind: .address, isWordy: true, parent: 3, m: repeated([1, 0.20, 0.03, 0.03, 0.05, 0.08, 0.06, 0.55]),
            u: [0.0003, 0.0002, 0.0005, 0.001, 0.001, 0.002, 0.002, 0.02].map { agreeing($0) },
            related: [1, 0.06, 0.01, 0.02, 0.03, 0.05, 0.04, 0.79]),
        Row(
            name: "company", kind: .name, isWordy: true, m: [[1, 0.36, 0.03, 0.01, 0.06, 0.05, 0.04, 0.45]],
            u: [[1, 0.985, 0.006, 0.001, 0.003, 0.0015, 0.0005, 0.003]],
            related: [1, 0.90, 0.01, 0.005, 0.01, 0.01, 0.005, 0.06]),
        Row(
            name: "email", kind: .email, m: [[1, 0.40, 0.005, 0.05, 0.08, 0.05, 0.10, 0.315]],
            u: [[1, 0.985, 0.0005, 0.008, 0.006, 0.00002, 0.0005, 0.000002]],
            related: [1, 0.60, 0.01, 0.13, 0.13, 0.01, 0.02, 0.10]),
        Row(
            name: "phone", kind: .phone, m: [[1, 0.40, 0.005, 0.02, 0.01, 0.03, 0.035, 0.50]],
            u: [[1, 0.999, 0.0001, 0.00001, 0.0005, 0.0001, 0.000005, 0.000002]],
            related: [1, 0.60, 0.001, 0.005, 0.01, 0.01, 0.02, 0.35]),
    ]

    static func repeated(_ row: [Double]) -> [[Double]] { Array(repeating: row, count: Level.count) }

    /// Shares of the levels by chance, where two values are the same with this one.
    static func agreeing(_ same: Double) -> [Double] {
        let near = same * 0.15
        return [1, max(0.02, 1 - same - near), near * 0.2, near * 0.3, near * 0.25, near * 0.15, near * 0.1, same]
    }

    /// Words that say little in streets and names of firms.
    private static let commonWords: ValueFrequencies = {
        let lists: [(share: Double, words: String)] = [
            (0.25, "street"), (0.08, "road avenue ltd limited gmbh inc incorporated company"),
            (
                0.03,
                "lane drive court place close way weg platz allee rue via calle north south east west group services the of and co kg ag sa llc plc"
            ),
        ]
        let common = lists.flatMap { list in
            list.words.split(separator: " ").map { word in
                ValueFrequencies.Common(hash: Array(word.utf16).withUnsafeBufferPointer(TextPool.hash), share: list.share)
            }
        }
        return ValueFrequencies(agreement: 1, rest: 0.0003, common: common.sorted { $0.hash < $1.hash })
    }()
}
