public import RapportCore
import RapportPluginKit

/// What was odd about records that came in all the same, such as quotes that were never closed: people look where it happened.
public struct ImportOddities: Sendable, Hashable {
    /// Records that something was odd about.
    public private(set) var records: Int64 = 0
    /// The first of each kind, each with its file and line.
    public private(set) var first: [Problem] = []

    /// Where one of many is a ragged file of a million rows, the few others are still seen.
    private static let ofEach = 3
    private static let most = 20

    mutating func take(_ record: SourceRecord) {
        guard !record.notes.isEmpty else { return }
        records += 1
        for note in record.notes {
            show(Problem("record.odd", note, at: Problem.Place(file: record.stream, line: Int(record.line))))
        }
    }

    mutating func take(_ others: ImportOddities) {
        records += others.records
        for odd in others.first { show(odd) }
    }

    private mutating func show(_ odd: Problem) {
        guard first.count < Self.most, first.count(where: { $0.reason == odd.reason }) < Self.ofEach else { return }
        first.append(odd)
    }
}
