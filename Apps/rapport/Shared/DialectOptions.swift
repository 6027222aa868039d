import ArgumentParser
import RapportTabular

/// How a file of rows is written, where somebody knows better than the file tells.
struct DialectOptions: ParsableArguments {
    @Option(help: "What stands between fields: the characters, or tab, comma, semicolon, space, pipe, none.")
    var delimiter: String?

    @Option(help: "What quotes a field: one character, or none.")
    var quote: String?

    @Option(help: "What escapes a quote beside doubling it: one character, or none.")
    var escape: String?

    @Option(help: "The encoding: \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")).")
    var encoding: String?

    @Option(help: "Whether the first row names the columns: auto, yes, no, or the number of the line that does.")
    var header: String = "auto"

    @Option(help: ArgumentHelp("So many lines at the beginning belong to no table.", valueName: "lines"))
    var skip: Int?

    func stated() throws -> StatedTable {
        do {
            return try StatedTable(
                delimiter: delimiter, quote: quote, escape: escape, encoding: encoding, header: header, skip: skip)
        } catch {
            throw ValidationError("--\(error.option): \(error.reason).\(error.remedy.map { " \($0)." } ?? "")")
        }
    }
}
