import Foundation
import RapportTestKit
import Testing

/// What becomes of answers that cannot be written, and of files that would be lost.
@Suite("Output of the command line")
struct OutputTests {
    private func with(_ body: (URL, _ rapport: String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "output-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let rows = (0..<2_000).map { "c\($0 % 40),2026-01-\(10 + $0 % 20),\($0 % 7).50\n" }
        try Data(("customer,date,amount\n" + rows.joined()).utf8).write(to: folder.appending(path: "orders.csv"))
        try await body(folder, Program.folder + "rapport")
    }

    private static let rfm = "rfm orders.csv --customer customer --date date --amount amount"

    @Test(
        "a full disk is told, and is no crash",
        arguments: ["table orders.csv", rfm, rfm + " --json", "match orders.csv --id customer"])
    func full(command: String) async throws {
        try await with { folder, rapport in
            let (code, text) = try await Program.run("/bin/sh", ["-c", "\(rapport) \(command) > /dev/full"], in: folder)
            #expect(code == 1 && text.contains("could be written: No space left on device"), "\(text)")
            let mute = "\(rapport) \(command) 2> /dev/full > /dev/null"
            let (again, _) = try await Program.run("/bin/sh", ["-c", mute], in: folder)
            #expect(again == 0)
        }
    }

    @Test("with standard output closed what is printed goes into no file that is written")
    func closed() async throws {
        try await with { folder, rapport in
            _ = try await Program.run("/bin/sh", ["-c", "\(rapport) \(Self.rfm) --csv cells.csv >&-"], in: folder)
            let cells = try String(decoding: Data(contentsOf: folder.appending(path: "cells.csv")), as: UTF8.self)
            #expect(cells.split(whereSeparator: \.isNewline).count == 41)
        }
    }

    @Test("no answer is written over a file that is read, nor over a database")
    func guarded() async throws {
        try await with { folder, rapport in
            let orders = folder.appending(path: "orders.csv")
            let before = try Data(contentsOf: orders)
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: "link.csv"), withDestinationURL: orders)
            let database = Data("SQLite format 3\0 and more".utf8)
            try database.write(to: folder.appending(path: "kept.db"))
            for end in [" --csv orders.csv", " --out=orders.csv", " --html link.csv", " --csv ./orders.csv", " --html kept.db"] {
                let (code, text) = try await Program.run("/bin/sh", ["-c", rapport + " " + Self.rfm + end], in: folder)
                #expect(code == 1 && text.contains("Name another file"), "\(end): \(text)")
            }
            let after = try [orders, folder.appending(path: "kept.db")].map { try Data(contentsOf: $0) }
            #expect(after == [before, database])
        }
    }
}
