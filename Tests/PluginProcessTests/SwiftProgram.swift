import Foundation
import RapportTestKit

/// Swift files made into a program against the library that this build made: in seconds, where a package of their own would
/// build the library anew.
enum SwiftProgram {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// Where the tests stand, the apps stand, and what they were built from.
    static let products = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path

    /// All that `RapportPluginKit` consists of.
    private static let library = [
        "RapportPluginKit", "RapportCore", "CPhoneNumber", "Yams", "CYaml", "Logging", "Crypto", "CryptoBoringWrapper",
        "CCryptoBoringSSL", "CCryptoBoringSSLShims", "CXKCP", "CXKCPShims", "ConcurrencyHelpers",
    ]

    /// Compiles `files`, as strictly as the repository's own, into the program at `path`.
    static func build(_ files: [String], module: String, to path: String) async throws -> (code: Int32, text: String) {
        let manager = FileManager.default
        try manager.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        let maps = try manager.contentsOfDirectory(atPath: products).map { "\(products)/\($0)/module.modulemap" }
            .filter { manager.fileExists(atPath: $0) }.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
        let objects = library.flatMap { name in
            (manager.enumerator(atPath: "\(products)/\(name).build")?.compactMap { $0 as? String } ?? [])
                .filter { $0.hasSuffix(".o") }.map { "\(products)/\(name).build/\($0)" }
        }
        // The names of some 600 object files are too many for one command on some machines.
        let list = path + ".objects"
        try objects.joined(separator: "\n").write(toFile: list, atomically: true, encoding: .utf8)
        defer { try? manager.removeItem(atPath: list) }
        return try await Program.run(
            "/usr/bin/env",
            [
                "swiftc", "-parse-as-library", "-swift-version", "6", "-module-name", module, "-o", path,
                "-I", "\(products)/Modules", "-enable-upcoming-feature", "ExistentialAny",
                "-enable-upcoming-feature", "MemberImportVisibility", "-enable-upcoming-feature", "InternalImportsByDefault",
                "-warnings-as-errors", "-Xcc", "-I\(root.path)/.build/checkouts/Yams/Sources/CYaml/include", "@\(list)",
                "-lphonenumber", "-lstdc++",
            ] + maps + files)
    }
}
