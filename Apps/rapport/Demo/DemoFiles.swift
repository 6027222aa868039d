import Foundation
import RapportCore
import RapportTabular

/// config/demo of the repository, wherever the program was started from.
struct DemoFiles {
    let folder: String

    /// The files in the order in which they come in, each with its mapping.
    static let all = [
        ("till.csv", "till"), ("newsletter.tsv", "newsletter"), ("shop.csv", "shop"), ("unsubscribes.csv", "unsubscribes"),
        ("helpdesk.csv", "helpdesk"), ("agency.csv", "agency"), ("mailings.csv", "mailings"),
        ("redemptions.csv", "redemptions"), ("baskets.csv", "baskets"),
    ]

    /// - Throws: `Problem` `demo.no_data`.
    static func find() throws -> DemoFiles {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        for start in [FileManager.default.currentDirectoryPath, (program as NSString).deletingLastPathComponent] {
            var folder = start
            while true {
                let candidate = folder + "/config/demo"
                if FileManager.default.fileExists(atPath: candidate + "/planted.csv") { return DemoFiles(folder: candidate) }
                let parent = (folder as NSString).deletingLastPathComponent
                if parent == folder || folder.isEmpty { break }
                folder = parent
            }
        }
        throw Problem(
            "demo.no_data", "config/demo is nowhere above this folder or the program",
            remedy: "Run it from a clone of Rapport, or by the path of the program there.")
    }

    /// Writes the files with their dates moved into `target`; baskets are unpacked on the way.
    func write(into target: String, moving shift: DateShift) throws {
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        for (name, _) in Self.all {
            let plain = "\(folder)/\(name)"
            let bytes = try WholeFile.read(FileManager.default.fileExists(atPath: plain) ? plain : plain + ".gz")
            try Data(shift.moved(bytes)).write(to: URL(filePath: "\(target)/\(name)"))
        }
    }

    /// The seven: the reason that each was planted for, and the address.
    func planted() throws -> [(reason: String, email: String)] {
        let text = String(decoding: try WholeFile.read("\(folder)/planted.csv"), as: UTF8.self)
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let parts = line.split(separator: ",")
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
    }
}
