import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

/// Whose events an analysis looks at: the database's, or a file with a row an event.
struct HappeningOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A file with a row an event; plain or gzip; default: the database's events.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("The column that names whom it happened to.", valueName: "column"))
    var customer: String?

    @Option(help: ArgumentHelp("The column with the moment.", valueName: "column"))
    var date: String?

    @Option(help: ArgumentHelp("The column with what happened.", valueName: "column"))
    var event: String?

    @Option(help: ArgumentHelp("Told apart by this field of people; of a file, by this column.", valueName: "field"))
    var by: String?

    @Option(help: ArgumentHelp("Only people for whom this segment expression holds now.", valueName: "expression"))
    var segment: String?

    @Option(help: ArgumentHelp("Events from this day on (YYYY-MM-DD), in the house's zone.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Events up to this day, inclusive.", valueName: "date"))
    var to: String?

    func validate() throws {
        if file != nil, customer == nil || date == nil || event == nil {
            throw ValidationError("Name the columns with --customer, --date and --event.")
        }
        if file == nil, customer != nil || date != nil || event != nil {
            throw ValidationError("--customer, --date and --event are columns of a file: name the file.")
        }
        if file != nil, segment != nil || from != nil || to != nil {
            throw ValidationError("--segment, --from and --to are for the database's events, not for a file.")
        }
        _ = try CivilDate.option(from, "--from")
        _ = try CivilDate.option(to, "--to")
    }

    /// - Parameter steps: kinds of the database's events; all where there are none.
    func read(
        _ steps: [String], _ analysis: AnalysisOptions, _ common: CommonOptions, _ output: Output
    ) async throws -> (happenings: Happenings, source: String) {
        guard let file, let customer, let date, let event else {
            return (
                try await readHouse(try steps.map(HouseHappenings.Step.init), common, output),
                output.text("patterns.house_events")
            )
        }
        output.progress(output.text("analysis.reading"))
        let (happenings, notes) = try Happenings.read(
            analysis.open(file), subject: customer, date: date, event: event, group: by, dates: analysis.dates()
        ) { output.progress(output.text("analysis.reading_rows", ["rows": NumberText.grouped($0)])) }
        output.endProgress()
        output.notes(notes)
        return (happenings, URL(filePath: file).lastPathComponent)
    }

    private func readHouse(_ steps: [HouseHappenings.Step], _ common: CommonOptions, _ output: Output) async throws -> Happenings
    {
        try await common.withRapport { rapport in
            output.progress(output.text("patterns.reading_events"))
            let people = try await rapport.people(in: segment)
            let groups = try await rapport.values(of: by)
            let zone = rapport.houseCalendar
            let (first, last) = (try CivilDate.option(from, "--from"), try CivilDate.option(to, "--to"))
            let range = (
                from: first.map { Timestamp(milliseconds: zone.start(ofDay: Int64($0.daysSince1970))) },
                to: last.map { Timestamp(milliseconds: zone.start(ofDay: Int64($0.daysSince1970 + 1))) }
            )
            let catalog = rapport.catalog
            let happenings = try await rapport.database.read { db in
                try HouseHappenings.read(
                    steps, from: range.from, to: range.to, people: people, groups: groups, catalog, in: db)
            }
            output.endProgress()
            return happenings
        }
    }
}

extension Rapport {
    /// The people for whom an expression holds now; `nil` without one.
    func people(in expression: String?) async throws -> Set<PersonID>? {
        guard let expression else { return nil }
        let questions = segmentQuestions
        return Set(try await database.read { db in try questions.people(expression, at: try db.now(), in: db) })
    }

    /// What a field says of each person who has it; `nil` without one. Text is folded, as segments compare it.
    func values(of field: String?) async throws -> [PersonID: String]? {
        guard let field else { return nil }
        return try await database.read { db in
            let fields = try FieldStore.read(in: db)
            guard let known = fields[field] else {
                throw Problem(
                    "patterns.unknown_field", "people have no field \"\(field)\"", at: Problem.Place(path: "--by"),
                    remedy: Spelling.nearest(to: field, in: fields.fields.map(\.definition.name)).map {
                        "Did you mean \"\($0)\"?"
                    })
            }
            return try FieldValues.read(slot: known.slot, known.definition.type, in: db)
        }
    }
}

/// "7d", "12h": a window given as an option.
func window(_ text: String?, _ name: String) throws -> Span? {
    guard let text else { return nil }
    guard let span = Span(text), span.milliseconds > 0 else {
        throw ValidationError("\(name): \"\(text)\" is no length of time. Write 30m, 12h or 7d.")
    }
    return span
}

/// A length of time for people: `3.2 days`, `5 hours`, `40 minutes`.
func shownSpan(_ milliseconds: Double, _ output: Output) -> String {
    for (unit, length) in [("days", 86_400_000.0), ("hours", 3_600_000), ("minutes", 60_000)] where milliseconds >= length {
        let value = milliseconds / length
        return output.text("span.\(unit)", ["count": NumberText.grouped(value, decimals: value < 10 ? 1 : 0)])
    }
    return output.text("span.seconds", ["count": NumberText.grouped(milliseconds / 1_000)])
}
