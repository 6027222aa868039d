import Foundation
import RapportAnalytics
import RapportCore
import Testing

@Suite("Functions and tables of the analyses")
struct SharedTests {
    @Test("the gamma function agrees with known values and with its recurrence")
    func gamma() {
        #expect(Gamma.log(1) == 0)
        #expect(abs(Gamma.log(0.5) - 0.572_364_942_924_700_1) < 4e-15)
        #expect(abs(Gamma.log(10) - 12.801_827_480_081_469) < 1e-14)
        #expect(abs(Gamma.log(1e6) / 12_815_504.569_147_611 - 1) < 4e-15)
        #expect(abs(Gamma.digamma(1) + 0.577_215_664_901_532_9) < 1e-14)
        #expect(abs(Gamma.trigamma(1) - .pi * .pi / 6) < 1e-14)
        for x in [1e-6, 0.01, 0.3, 1.7, 5.5, 11.9, 12.1, 300, 1e5] {
            #expect(abs(Gamma.log(x + 1) - Gamma.log(x) - log(x)) < 4e-15 * max(1, abs(Gamma.log(x))), "\(x)")
            #expect(abs(Gamma.digamma(x + 1) - Gamma.digamma(x) - 1 / x) < 1e-13 * max(1, 1 / x), "\(x)")
            #expect(abs(Gamma.trigamma(x + 1) - Gamma.trigamma(x) + 1 / (x * x)) < 1e-13 * max(1, 1 / (x * x)), "\(x)")
        }
    }

    @Test("normal and Student probabilities agree with printed tables, and quantiles invert them")
    func distributions() {
        #expect(abs(Distribution.normal(1.959_963_984_540_054) - 0.975) < 1e-15)
        #expect(abs(Distribution.normalQuantile(0.975) - 1.959_963_984_540_054) < 1e-14)
        for p in [1e-300, 1e-12, 0.001, 0.07, 0.3, 0.5, 0.93, 0.999_999] {
            #expect(abs(Distribution.normal(Distribution.normalQuantile(p)) / p - 1) < 1e-11)
        }
        #expect(abs(Distribution.studentTwoSidedQuantile(0.95, degrees: 10) - 2.228_138_851_964_939) < 1e-10)
        #expect(abs(Distribution.studentTwoSidedQuantile(0.95, degrees: 1) - 12.706_204_736_432_095) < 1e-9)
        #expect(abs(Distribution.studentTwoSided(2.5, degrees: 1e7) - Distribution.normalTwoSided(2.5)) < 1e-7)
    }

    @Test("a column is found by name, by name in another case and by number, and a slip is answered with the nearest name")
    func columns() throws {
        let file = try Files.write("Customer,Date,Amount\nA,2024-01-02,3.50\n")
        let data = try DataFile.open(file)
        #expect(try data.column("Date", option: "--date") == 1)
        #expect(try data.column("amount", option: "--amount") == 2)
        #expect(try data.column("1", option: "--customer") == 0)
        let problem = #expect(throws: Problem.self) { try data.column("Amuont", option: "--amount") }
        #expect(problem?.description.contains("did you mean \"Amount\"?") == true)
    }

    @Test("dates that could be read two ways are refused, and those of a format that fits are not")
    func dates() throws {
        func moments(_ rows: [String]) throws -> [Int64?] {
            let column = DataColumn(name: "date", rows: rows)
            let table = DataTable(path: "a.csv", columns: [column], lines: rows.indices.map { Int64($0 + 2) })
            return try column.moments(of: table, option: "--date")
        }
        #expect(try moments(["19970101", "", "19970102"]) == [852_076_800_000, nil, 852_163_200_000])
        #expect(try moments(["2017-01-01 11:53:26"]) == [1_483_271_606_000])
        #expect(try moments(["2017-01-01"]) == [1_483_228_800_000])
        #expect(try moments(["13/02/2024", "01/02/2024"]).compactMap { $0 }.count == 2)
        let two = #expect(throws: Problem.self) { try moments(["01/02/2024", "03/04/2024"]) }
        #expect(two?.code == "data.ambiguous_date")
        let mixed = #expect(throws: Problem.self) { try moments(["2024-01-02", "03.04.2024", "2024-01-05"]) }
        #expect(mixed?.code == "data.bad_date")
        #expect(mixed?.place?.line == 3)
    }

    @Test("numbers are read as tables write them, and words for nothing are gaps")
    func numbers() {
        func read(_ rows: [String]) -> [Double?] { DataColumn(name: "n", rows: rows).numbers() }
        #expect(read(["1", "-2.5", "1e3", "", "NA", "x"]) == [1, -2.5, 1000, nil, nil, nil])
        #expect(read(["1.234,50", "7,25"]) == [1234.5, 7.25])
        #expect(read(["$1,234.50", "R100,000", "(12.00)"]) == [1234.5, 100_000, -12])
    }

    @Test("Newton finds the minimum of a bent valley, and says when there is none")
    func newton() {
        let valley = Newton().minimize(from: [-1.2, 1]) { x in
            let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
            return .init(
                value: a * a + 100 * b * b, gradient: [-2 * a - 400 * b * x[0], 200 * b],
                hessian: [[2 - 400 * b + 800 * x[0] * x[0], -400 * x[0]], [-400 * x[0], 200]])
        }
        #expect(valley.isSettled)
        #expect(abs(valley.at[0] - 1) < 1e-8 && abs(valley.at[1] - 1) < 1e-8)
        var newton = Newton()
        newton.bounds = -5...5
        let slope = newton.minimize(from: [0]) { x in .init(value: exp(-x[0]), gradient: [-exp(-x[0])], hessian: [[exp(-x[0])]]) }
        #expect(!slope.isSettled && slope.bounded == [0])
    }
}

enum Files {
    /// Writes a text to a file of its own and returns the path.
    static func write(_ text: String, name: String = "rapport-\(UUID().uuidString).csv") throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: name)
        try Data(text.utf8).write(to: path)
        return path.path
    }
}

/// Data that others made, beside the checkout; tests that read them are skipped without.
enum SharedData {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")
    static func path(_ name: String) -> String { folder.appending(path: name).path }
    static func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}
