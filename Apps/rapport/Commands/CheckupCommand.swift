import ArgumentParser
import Foundation
import RapportCheckup
import RapportCore
import RapportIntegration
import RapportTabular

struct CheckupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkup",
        abstract: "Look through a list of people and tell, on one page, what is wrong with it.",
        discussion: """
            Duplicates, exact and likely; addresses that are dead, mistyped, made up, disposable or nobody's own; phones that \
            cannot be; permission that nobody can prove, and who must not be written to; stale and suspicious values. Stores \
            and sends nothing, asks no network, and needs no rapport.yaml and no database.

            CSV in any dialect, plain or gzip. Several files are checked as one list, so whoever is in both the subscribed and \
            the unsubscribed file is found. What each column holds is guessed; --role says it better.

            EXAMPLES:
              rapport checkup people.csv
              rapport checkup people.csv --country GB --html checkup.html
              rapport checkup subscribed.csv unsubscribed.csv cleaned.csv --out issues.csv
              rapport checkup export.csv --role Kanal=category --role Handynr=phone --json
            """)

    @Argument(help: "One or more files, plain or gzip.")
    var files: [String]

    @Option(help: ArgumentHelp("Write the page as HTML that needs nothing else.", valueName: "file"))
    var html: String?

    @Option(
        help: ArgumentHelp("Write every finding to this CSV file: line, column, value, problem, suggestion.", valueName: "file"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Where phone numbers without a country code are dialled, such as GB; default: guessed from the list.",
            valueName: "code"))
    var country: String?

    @Option(help: ArgumentHelp("What a column holds, where the guess is wrong; may be given again.", valueName: "column=role"))
    var role: [String] = []

    @Option(name: .customLong("stale-years"), help: ArgumentHelp("Last heard of longer ago is stale.", valueName: "years"))
    var staleYears = 2

    @Option(help: ArgumentHelp("Judge dates as of this day; default: today.", valueName: "YYYY-MM-DD"))
    var today: String?

    @Flag(help: "Find only rows that are the same, not those that are likely one person: quicker.")
    var exact = false

    @OptionGroup var dialect: DialectOptions

    @Flag(help: "Answer with one JSON value.")
    var json = false

    @Flag(name: .customLong("no-color"), help: "No colours, even on a terminal.")
    var noColor = false

    func validate() throws {
        if files.isEmpty { throw ValidationError("Name at least one file.") }
        if files.count > 200 { throw ValidationError("At most 200 files.") }
        if let country, Country(country) == nil { throw ValidationError("--country \(country): give two letters, such as GB.") }
        if !(1...50).contains(staleYears) { throw ValidationError("--stale-years is 1 to 50.") }
        if let today, CivilDate(iso: today) == nil { throw ValidationError("--today \(today): write it as 2026-11-22.") }
        _ = try roles()
        _ = try dialect.stated()
    }

    func run() async throws {
        let output = Output(json: json, noColor: noColor)
        let day = today.flatMap { CivilDate(iso: $0) } ?? Self.now
        var options = Checkup.Options(today: day)
        options.country = country?.uppercased()
        options.staleYears = staleYears
        options.roles = try roles()
        options.looksForLikely = !exact
        options.stated = try dialect.stated()
        let report = try await checked(options, output)
        output.endProgress()
        if let html { try CheckupFile.write(CheckupPage(report, texts: output.texts, date: day).html, to: html) }
        let sheet = CheckupSheet(report, texts: output.texts, width: output.width ?? 92) { text, style in
            switch style {
            case .bold: output.styled(text, .bold)
            case .dim: output.styled(text, .dim)
            case .red: output.styled(text, .red)
            case .green: output.styled(text, .green)
            case .yellow: output.styled(text, .yellow)
            }
        }
        for line in sheet.lines { output.line(line) }
        if let html { output.line(output.texts("checkup.wrote", ["file": html])) }
        if let out { output.line(output.texts("checkup.wrote", ["file": out])) }
        output.json(report.json)
    }

    private func checked(_ options: Checkup.Options, _ output: Output) async throws -> CheckupReport {
        let progress: Checkup.Progress = { stage, share in
            output.progress(output.texts("checkup.progress.\(stage.rawValue)", ["percent": String(Int(share * 100))]))
        }
        do {
            guard let out else { return try await Checkup.run(files, options: options, progress: progress) }
            let issues = try CheckupFile(out, files: files)
            let report = try await Checkup.run(files, options: options, progress: progress) { try issues.take($0) }
            try issues.finish()
            return report
        } catch let error as TabularError {
            throw Problem("checkup.unreadable", error.description)
        } catch let error as CheckupError {
            throw Problem(
                error.isColumn ? "checkup.unknown_column" : "checkup.not_a_list", error.description,
                at: Problem.Place(file: error.path))
        }
    }

    private func roles() throws -> [String: ColumnRole] {
        var roles: [String: ColumnRole] = [:]
        for pair in role {
            guard let cut = pair.lastIndex(of: "="), cut != pair.startIndex else {
                throw ValidationError("--role \(pair): write it as COLUMN=ROLE.")
            }
            let name = String(pair[pair.index(after: cut)...])
            guard let known = ColumnRole(rawValue: name) else {
                let all = ColumnRole.allCases.map(\.rawValue)
                let nearest = Spelling.nearest(to: name, in: all).map { ", did you mean \"\($0)\"?" } ?? "."
                throw ValidationError(
                    "--role \(pair): there is no role \"\(name)\"\(nearest) There are: \(all.joined(separator: ", "))")
            }
            roles[String(pair[..<cut])] = known
        }
        return roles
    }

    private static var now: CivilDate { CivilDate(daysSince1970: Int((Date().timeIntervalSince1970 / 86_400).rounded(.down))) }
}

extension CivilDate {
    /// `2026-11-22`.
    fileprivate init?(iso text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }
}
