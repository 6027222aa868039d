import Foundation

/// The files of a plugin's folder, looked at for saves. What the plugin itself writes there while it runs is no save of its author.
struct WatchedFolder {
    private static let skipped: Set<String> = [".git", ".build", "__pycache__", "node_modules", "target", ".venv"]

    private let path: String
    private let before: [String: Date]

    init(_ path: String) {
        self.path = path
        before = Self.look(path)
    }

    /// Returns when a file that was there has been saved or is gone, or when the task is cancelled.
    func change() async {
        while !Task.isCancelled {
            let now = Self.look(path)
            if before.contains(where: { now[$0.key] != $0.value }) { return }
            // Nothing was there at all: the first file is as good as a save.
            if before.isEmpty, !now.isEmpty { return }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    private static func look(_ path: String) -> [String: Date] {
        var found: [String: Date] = [:]
        let keys: Set<URLResourceKey> = [.isDirectoryKey]
        let files = FileManager.default.enumerator(at: URL(filePath: path), includingPropertiesForKeys: Array(keys))
        while let file = files?.nextObject() as? URL {
            if skipped.contains(file.lastPathComponent) {
                files?.skipDescendants()
                // Only the programs that were built, not the thousands of files beside them.
                if file.lastPathComponent == ".build" { found.merge(programs(in: file)) { first, _ in first } }
                continue
            }
            if (try? file.resourceValues(forKeys: keys))?.isDirectory == true { continue }
            found[file.path] = saved(file)
        }
        return found
    }

    private static func programs(in folder: URL) -> [String: Date] {
        var found: [String: Date] = [:]
        for kind in ["debug", "release"] {
            let products = folder.appending(path: kind)
            for name in (try? FileManager.default.contentsOfDirectory(atPath: products.path)) ?? [] where !name.contains(".") {
                let file = products.appending(path: name)
                if FileManager.default.isExecutableFile(atPath: file.path) { found[file.path] = saved(file) }
            }
        }
        return found
    }

    private static func saved(_ file: URL) -> Date? {
        (try? FileManager.default.attributesOfItem(atPath: file.resolvingSymlinksInPath().path))?[.modificationDate] as? Date
    }
}
