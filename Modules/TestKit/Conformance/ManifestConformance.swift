import RapportCore
import RapportPluginKit

extension ConformanceReport {
    /// What holds for every manifest: what is shown to people is complete, and the sample can be read.
    func check(_ manifest: Manifest) async {
        check(manifest.id.hasPrefix(manifest.kind.rawValue + "."), "the id \(manifest.id) does not begin with its kind")
        check(
            manifest.version.split(separator: ".").compactMap { Int($0) }.count == 3,
            "\(manifest.version) is no semantic version")
        check(manifest.summary.hasSuffix("."), "the summary is no full sentence")
        check(manifest.capabilities.bulk >= 1, "bulk is less than one")
        for option in manifest.settings.options {
            check(option.help.hasSuffix("."), "the help of \(option.name) is no full sentence")
            check(
                option.name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") },
                "\(option.name) is not snake_case")
        }
        await part("the sample") {
            let node = try YAMLNode(parsing: manifest.sample, name: "sample")
            let entry = try node.mapping().first?.node
            _ = try entry.map { try manifest.settings.decode($0, besides: ["plugin"], secrets: Self.noSecrets, folder: "/") }
        }
        for callback in manifest.callbacks {
            guard let setting = callback.verification.setting else { continue }
            check(
                manifest.settings.options.contains { $0.name == setting && $0.kind == .secret },
                "the callback \(callback.path) is verified by \(setting), which is no secret setting")
        }
    }

    private static var noSecrets: SecretReader { SecretReader(environment: ["NAME": "x"], folder: "/") }
}
