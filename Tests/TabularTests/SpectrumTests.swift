import Foundation
import RapportCore
import RapportTabular
import Testing

@Suite("csv-spectrum")
struct SpectrumTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/csv-spectrum")
    static let names = [
        "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf", "quotes_and_newlines",
        "simple", "simple_crlf", "utf8",
    ]

    @Test("every file of csv-spectrum is read as its JSON says", arguments: names)
    func spectrum(name: String) throws {
        let file = try TabularFile.open(Self.folder.appending(path: "csvs/\(name).csv").path)
        let expected = try JSONValue(parsing: [UInt8](Data(contentsOf: Self.folder.appending(path: "json/\(name).json"))))
        var objects: [JSONValue] = []
        while let rows = try file.next() {
            for row in rows {
                objects.append(.object(zip(file.layout.header, row.fields).map { .init($0, .string($1)) }))
            }
        }
        #expect(JSONValue.array(objects).canonicalText == expected.canonicalText)
    }
}
