import RapportCore
import RapportIntegration
import RapportMatching
import RapportPluginKit

extension MatchingSettings {
    init(_ node: YAMLNode?) throws {
        self = .standard
        guard let node else { return }
        try node.checkKeys(["mode", "merge_above", "review_above", "fields", "accounts"])
        mode = try node["mode"]?.choice(Mode.self) ?? mode
        mergeAbove = try node["merge_above"]?.probability() ?? mergeAbove
        reviewAbove = try node["review_above"]?.probability() ?? reviewAbove
        guard reviewAbove <= mergeAbove else {
            throw (node["review_above"] ?? node["merge_above"] ?? node).problem(
                "review_above is over merge_above", remedy: "Pairs between the two wait for review, so it is the lower one.")
        }
        for entry in try node.mapping("fields") ?? [] { fields[entry.name] = try entry.node.choice(ColumnKind.self) }
        let accounts = node["accounts"]
        try accounts?.checkKeys(["fields"])
        for entry in try accounts?.mapping("fields") ?? [] { accountFields[entry.name] = try entry.node.choice(ColumnKind.self) }
        for (columns, place) in [(columns, node), (accountColumns, accounts ?? node)] where columns.count > 16 {
            throw (place["fields"] ?? place).problem("at most 16 fields are compared", remedy: "Say ignored of some.")
        }
    }
}

extension YAMLNode {
    fileprivate func probability() throws -> Double {
        guard let number = Double(try text()), number >= 0.01, number <= 0.999_999 else {
            throw problem("this should be a probability from 0.01 to 0.999999")
        }
        return number
    }
}
