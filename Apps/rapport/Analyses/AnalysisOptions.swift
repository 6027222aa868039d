import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportTabular

/// What every analysis of a file takes: how dates are written, and where the answer goes.
struct AnalysisOptions: ParsableArguments {
    @Option(
        name: .customLong("date-format"),
        help: ArgumentHelp(
            "How dates are written, such as DD.MM.YYYY; default: the usual format that all of them fit.", valueName: "format"))
    var dateFormat: String?

    @Option(
        name: [.customLong("csv"), .customLong("out")],
        help: ArgumentHelp("Write the answer's rows to this CSV file.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("Write a page with pictures to this HTML file, which needs nothing else.", valueName: "file"))
    var html: String?

    @OptionGroup var dialect: DialectOptions

    func dates() throws -> DateFormat? {
        guard let dateFormat else { return nil }
        guard let format = DateFormat(dateFormat) else {
            throw ValidationError(
                "--date-format: \"\(dateFormat)\" names no year, month and day. Write it like DD.MM.YYYY HH:mm.")
        }
        return format
    }

    func open(_ path: String) throws -> DataFile { try DataFile.open(path, stated: dialect.stated()) }

    func write(rows: @autoclosure () -> [[String]]) throws {
        guard let csv else { return }
        try Self.write(rows().map(CSVText.line).joined(), to: csv)
    }

    func write(page: @autoclosure () -> ReportPage) throws {
        guard let html else { return }
        try Self.write(page().html, to: html)
    }

    /// What was written where, in words.
    func tellFiles(_ output: Output) { Self.tellFiles([csv, html], output) }

    static func tellFiles(_ written: [String?], _ output: Output) {
        let files = written.compactMap { $0 }
        guard !files.isEmpty else { return }
        output.line()
        output.say("analysis.written", ["files": files.joined(separator: ", ")])
    }

    static func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            throw Problem(
                "data.unwritable", "the answer cannot be written: \(error.localizedDescription)", at: Problem.Place(file: path))
        }
    }
}

extension CivilDate {
    /// A day given as an option.
    static func option(_ text: String?, _ name: String) throws -> CivilDate? {
        guard let text else { return nil }
        guard let day = CivilDate(text: text) else {
            throw ValidationError("\(name): \"\(text)\" is no day of the calendar. Write it as YYYY-MM-DD.")
        }
        return day
    }
}
