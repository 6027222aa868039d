import RapportCore
import RapportMatching
import RapportPluginKit

/// What `rapport match --config` reads:
///
/// - `id` (text): the column that names a record.
/// - `exclude` (list of texts): columns that are not compared.
/// - `columns` (mapping of column to kind): what a column holds, where the guess is wrong.
/// - `one_to_one` (flag): whether records of one file are never one; default: found out for two files, otherwise false.
/// - `comparisons` (integer): pairs to compare at most; default: by the number of records.
struct MatchSettings {
    var id: String?
    var exclude: [String] = []
    var excludePlaces: [String: Problem.Place] = [:]
    var kinds: [String: ColumnKind] = [:]
    var kindPlaces: [String: Problem.Place] = [:]
    var oneToOne: Bool?
    var comparisons: Int?

    init() {}

    init(file: String) throws {
        let root = try YAMLNode(file: file)
        try root.checkKeys(["id", "exclude", "columns", "one_to_one", "comparisons"])
        id = try root["id"]?.text()
        for node in try root["exclude"].map({ try $0.list() }) ?? [] {
            let name = try node.text()
            exclude.append(name)
            excludePlaces[name] = node.place
        }
        for entry in try root["columns"]?.mapping() ?? [] {
            kinds[entry.name] = try entry.node.choice(ColumnKind.self)
            kindPlaces[entry.name] = entry.place
        }
        oneToOne = try root["one_to_one"]?.flag()
        comparisons = try root["comparisons"].map { Int(try $0.integer(in: 1_000...1_000_000_000)) }
    }
}
