import ArgumentParser
import RapportCore

/// A word where a command was expected and that is none.
enum UnknownCommand {
    /// What was meant, as far as it can be told; `nil` where the words are commands.
    static func problem(_ arguments: [String]) -> Problem? {
        var command: any ParsableCommand.Type = RapportCommand.self
        var path = [command._commandName]
        for word in arguments {
            let known = command.configuration.subcommands
            guard !word.hasPrefix("-"), !known.isEmpty, !(path.count == 1 && word == "help") else { return nil }
            guard let next = known.first(where: { $0._commandName == word }) else {
                return problem(word, among: known, of: path)
            }
            command = next
            path.append(word)
        }
        return nil
    }

    private static func problem(_ word: String, among known: [any ParsableCommand.Type], of path: [String]) -> Problem {
        let (said, names) = (path.joined(separator: " "), known.filter { $0.configuration.shouldDisplay }.map { $0._commandName })
        let meant =
            Spelling.nearest(to: word, in: names).map { "\(said) \($0)" }
            ?? whole(word, in: RapportCommand.self, path: ["rapport"]).map { $0.joined(separator: " ") }
        return Problem(
            "cli.unknown_command", "\"\(said)\" has no command \"\(word)\"",
            remedy: meant.map { "Did you mean \"\($0)\"?" } ?? "\"\(said) --help\" shows those that there are")
    }

    /// The first command that is called so, however deep.
    private static func whole(_ word: String, in command: any ParsableCommand.Type, path: [String]) -> [String]? {
        for next in command.configuration.subcommands where next.configuration.shouldDisplay {
            let path = path + [next._commandName]
            if next._commandName == word { return path }
            if let found = whole(word, in: next, path: path) { return found }
        }
        return nil
    }
}
