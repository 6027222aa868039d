import Foundation
import RapportCore

/// The files that `rapport init` writes: a configuration and the definitions to begin with.
struct StarterHome {
    let path: String
    /// What stands for `@NAME@` and the like in the files of Starter/.
    let words: [String: String]

    var config: String { path + "/rapport.yaml" }
    var definitions: String { path + "/definitions" }

    private var files: [(path: String, text: [UInt8])] {
        [
            (config, PackageResources.rapport_yaml),
            (definitions + "/policy.yaml", PackageResources.policy_yaml),
            (definitions + "/profiles.yaml", PackageResources.profiles_yaml),
            (definitions + "/lifecycle.yaml", PackageResources.lifecycle_yaml),
            (definitions + "/objectives.yaml", PackageResources.objectives_yaml),
            (definitions + "/segments.yaml", PackageResources.segments_yaml),
            (definitions + "/templates.yaml", PackageResources.templates_yaml),
        ]
    }

    /// Writes each file, and none where one of them is there already.
    ///
    /// - Returns: The paths of what was written.
    /// - Throws: `Problem` `init.in_use` where a file is in the way; an error of the file system.
    func write() throws -> [String] {
        for file in files where FileManager.default.fileExists(atPath: file.path) {
            throw Problem(
                "init.in_use", "\(file.path) is there already, and nothing was written",
                remedy: "Name another folder, or go on with what is there: rapport config check.")
        }
        try FileManager.default.createDirectory(atPath: definitions, withIntermediateDirectories: true)
        for file in files {
            try Data(filled(String(decoding: file.text, as: UTF8.self)).utf8).write(to: URL(filePath: file.path))
        }
        return files.map(\.path)
    }

    private func filled(_ text: String) -> String {
        words.reduce(text) { text, word in
            text.replacingOccurrences(of: "@\(word.key)@", with: word.value)
        }
    }
}
