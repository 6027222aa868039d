import ArgumentParser
import Foundation
import RapportCore
import RapportHost

/// Runs one command line and ends the process: the only place where an error becomes text and an exit code.
enum CommandRunner {
    static func run(_ arguments: [String]) async -> Never {
        do {
            var command = try RapportCommand.parseAsRoot(arguments)
            try WrittenFiles.check(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            try StandardStreams.finish()
            exit(0)
        } catch let exitCode as ExitCode {
            exit(exitCode.rawValue)
        } catch {
            exit(report(error, arguments: arguments))
        }
    }

    private static func report(_ error: any Error, arguments: [String]) -> Int32 {
        let problems: [Problem]
        switch error {
        case let problem as Problem: problems = [problem]
        case let several as Problems: problems = several.list
        case let cancelled as CancellationError: problems = [Problem("cli.cancelled", "stopped (\(cancelled))")]
        default:
            let text = RapportCommand.fullMessage(for: error)
            let code = RapportCommand.exitCode(for: error)
            if code.isSuccess {
                print(text)
                return 0
            }
            if code == .validationFailure, let unknown = UnknownCommand.problem(arguments) {
                tell([unknown], arguments)
                return ExitStatus.usage
            }
            StandardStreams.tell(Text.printable(text) + "\n")
            return code == .validationFailure ? ExitStatus.usage : ExitStatus.problem
        }
        tell(problems, arguments)
        return problems.allSatisfy { $0.code.hasSuffix("not_found") } ? ExitStatus.nothingFound : ExitStatus.problem
    }

    private static func tell(_ problems: [Problem], _ arguments: [String]) {
        if arguments.contains("--json") {
            let value = JSONValue.object([.init("errors", .array(problems.map(\.json)))])
            StandardStreams.tell(value.text + "\n")
        } else {
            for problem in problems {
                StandardStreams.tell("error: \(Text.printable(problem.description))\n")
            }
        }
    }
}
