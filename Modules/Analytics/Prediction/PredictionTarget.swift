import RapportCore

/// A question with yes and no as answers, read from a column.
public struct PredictionTarget: Sendable {
    /// 1: yes, 0: no, -1: not known.
    let values: [Int8]
    /// How the column writes yes and no.
    public let positive: String
    public let negative: String
    public let positives: Int
    public let known: Int

    /// - Parameter positive: the value that means yes; everything else that is filled is no.
    /// - Throws: `Problem` where the column has not two values.
    init(_ column: PredictionColumn.Builder, name: String, path: String, positive stated: String?) throws {
        let place = Problem.Place(file: path, path: name)
        let (codes, texts) = Self.levels(column)
        guard !texts.isEmpty else { throw Problem("predict.no_target", "the target is empty on every row", at: place) }
        var counts = [Int](repeating: 0, count: texts.count)
        for code in codes where code >= 0 { counts[Int(code)] += 1 }
        let shown =
            counts.indices.sorted { (counts[$0], $1) > (counts[$1], $0) }.prefix(6)
            .map { "\(texts[$0]) (\(counts[$0]))" }.joined(separator: ", ") + (texts.count > 6 ? ", …" : "")
        let yes: Int
        if let stated {
            let wanted = Double(stated).map { PredictionColumn.short($0) } ?? stated
            guard let found = texts.firstIndex(of: wanted) ?? texts.firstIndex(where: { $0.lowercased() == wanted.lowercased() })
            else {
                throw Problem(
                    "predict.unknown_value", "no row has \"\(stated)\" in the target", at: place, remedy: "It has: \(shown)")
            }
            yes = found
        } else {
            guard texts.count <= 2 else {
                throw Problem(
                    "predict.many_values",
                    "the target has \(texts.count) different values: \(shown); a prediction answers yes or no",
                    at: place, remedy: "Give --positive VALUE to predict that one against all others")
            }
            yes = Self.positive(of: texts)
        }
        guard texts.count > 1 else {
            throw Problem(
                "predict.one_value", "every row has \"\(texts[0])\" as target: there is nothing to tell apart", at: place,
                remedy: "Give rows of both kinds, those that did and those that did not")
        }
        values = codes.map { $0 < 0 ? -1 : Int($0) == yes ? 1 : 0 }
        self.positive = texts[yes]
        negative = texts.count == 2 ? texts[1 - yes] : "others"
        known = codes.count { $0 >= 0 }
        positives = counts[yes]
        let fewer = min(positives, known - positives)
        guard fewer >= 5 else {
            throw Problem(
                "predict.too_few",
                "only \(fewer) of \(known) rows have \"\(positives <= known - positives ? self.positive : negative)\"",
                at: place, remedy: "At least 5 of each kind are needed, and some hundreds for figures that can be relied on")
        }
    }

    /// The distinct values as texts, and which each row has; -1: a gap.
    private static func levels(_ column: PredictionColumn.Builder) -> (codes: [Int32], texts: [String]) {
        var index = LevelIndex()
        var known: [Double: Int32] = [:]
        let texts = column.texts
        var own = [Int32](repeating: -3, count: texts.count)
        let codes = column.numbers.indices.map { row -> Int32 in
            let code = column.codes.isEmpty ? (column.numbers[row].isNaN ? -2 : -1) : column.codes[row]
            if code >= 0 {
                if own[Int(code)] == -3 { own[Int(code)] = index.code(of: texts[Int(code)]) }
                return own[Int(code)]
            }
            guard code == -1 else { return -1 }
            if let code = known[column.numbers[row]] { return code }
            let code2 = index.code(of: PredictionColumn.short(column.numbers[row]))
            known[column.numbers[row]] = code2
            return code2
        }
        return (codes, index.texts)
    }

    /// Words that mean yes; otherwise the larger number, otherwise the later in the alphabet.
    private static func positive(of texts: [String]) -> Int {
        guard texts.count == 2 else { return 0 }
        let words: Set<String> = ["1", "yes", "y", "true", "t", "ja", "oui", "sí", "si", "positive", "pos", "on"]
        let opposite: Set<String> = ["0", "no", "n", "false", "f", "nein", "nee", "non", "negative", "neg", "off", "-1"]
        let lower = texts.map { $0.lowercased() }
        for index in 0...1 where words.contains(lower[index]) || opposite.contains(lower[1 - index]) { return index }
        if let first = Double(texts[0]), let second = Double(texts[1]) { return first > second ? 0 : 1 }
        return texts[0] > texts[1] ? 0 : 1
    }
}
