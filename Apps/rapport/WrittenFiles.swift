import Foundation
import RapportCore
import RapportStorage

/// Guards what a command line would write over: a file that it reads too, or a database.
enum WrittenFiles {
    /// The options that name a file to write; `--csv` names one to read in some commands.
    private static let options: Set<String> = ["--out", "--csv", "--html", "--errors", "--receipt"]

    /// - Throws: `Problem` `cli.overwrites`.
    static func check(_ arguments: [String]) throws {
        var values: [(option: String?, path: String)] = []
        var option: String?
        for argument in arguments {
            if argument.hasPrefix("--"), let mark = argument.firstIndex(of: "=") {
                values.append((String(argument[..<mark]), String(argument[argument.index(after: mark)...])))
                option = nil
            } else if argument.hasPrefix("-"), argument.count > 1 {
                option = argument
            } else {
                values.append((option, argument))
                option = nil
            }
        }
        let files = values.compactMap { value in identity(value.path).map { (value.option, value.path, $0) } }
        for (place, (option, path, file)) in files.enumerated() where options.contains(option ?? "") {
            let others = files.enumerated().filter { $0.offset != place && $0.element.2 == file }
            if let other = others.first?.element {
                throw Problem(
                    "cli.overwrites", "\(option ?? "") would write over \(other.1), which is named there too",
                    at: Problem.Place(file: path), remedy: "Name another file")
            }
            if SQLiteFile.isDatabase(path) {
                throw Problem(
                    "cli.overwrites", "it is a database, and no file for \(option ?? "")", at: Problem.Place(file: path),
                    remedy: "Name another file")
            }
        }
    }

    private struct Identity: Equatable {
        var device: dev_t
        var number: ino_t
    }

    /// Which file a path leads to; `nil` where there is none, or no ordinary one.
    private static func identity(_ path: String) -> Identity? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Identity(device: status.st_dev, number: status.st_ino)
    }
}
