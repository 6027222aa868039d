import Foundation
import Mustache
import Testing

/// The Mustache specification's own cases, to know what the library does with the parts of the language that templates use.
@Suite("Mustache specification")
struct TemplateMustacheSpecTests {
    /// RAPPORT_DATA, or the data folder beside the checkout.
    private static let folder =
        ProcessInfo.processInfo.environment["RAPPORT_DATA"]
        ?? URL(filePath: #filePath).appending(path: "../../../../shared/data").standardizedFileURL.path(percentEncoded: false)

    @Test(
        "the library passes the specification's required files",
        .enabled(
            if: FileManager.default.fileExists(atPath: "\(folder)/mustache-spec"), "the specification is not on this machine"),
        arguments: ["comments", "interpolation", "inverted", "partials", "sections"])
    func specification(file: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/mustache-spec/\(file).json"))
        let spec = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let tests = try #require(spec["tests"] as? [[String: Any]])
        #expect(tests.count > 5)
        for test in tests {
            let name = try #require(test["name"] as? String)
            let partials = test["partials"] as? [String: String] ?? [:]
            let library = MustacheLibrary(templates: try partials.mapValues { try MustacheTemplate(string: $0) })
            let template = try MustacheTemplate(string: try #require(test["template"] as? String))
            let out = template.render(Self.plain(test["data"] ?? [:]), library: library)
            // The library writes &#39; where the specification does; it says nothing of the decimal form of numbers.
            #expect(out == test["expected"] as? String, "\(file): \(name)")
        }
    }

    /// JSON as Swift values: NSNumber prints flags as 0 and 1.
    private static func plain(_ value: Any) -> Any {
        switch value {
        case let number as NSNumber where isFlag(number): number.boolValue
        case let number as NSNumber where number.doubleValue == number.doubleValue.rounded(): number.intValue
        case let number as NSNumber: number.doubleValue
        case let list as [Any]: list.map(plain)
        case let map as [String: Any]: map.mapValues(plain)
        default: value
        }
    }

    private static func isFlag(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
