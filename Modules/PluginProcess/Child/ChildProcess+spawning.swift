import CSpawn
import Foundation
import RapportCore

extension ChildProcess {
    static func spawn(_ command: ChildCommand) throws -> (pid_t, ChildPipes) {
        guard let program = command.arguments.first, !program.isEmpty else {
            throw Problem("plugin.start", "there is no command to start")
        }
        guard FileManager.default.fileExists(atPath: command.folder) else {
            throw Problem("plugin.start", "the folder \(command.folder) does not exist")
        }
        let ends = try ChildEnds()
        defer { ends.close() }
        var arguments = command.arguments.map { strdup($0) } + [nil]
        var environment = command.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var id: pid_t = 0
        let code = rapport_spawn(&id, command.folder, &arguments, &environment, ends.input, ends.output, ends.errors)
        guard code == 0 else {
            throw Problem(
                "plugin.start", "\(program) does not start: \(String(cString: strerror(code)))",
                remedy: code == ENOENT ? "Relative paths start at \(command.folder)" : nil)
        }
        return (id, ends.takePipes())
    }
}

/// Three pipes, of which the child gets one end each, and one to wake the thread that serves them.
private final class ChildEnds {
    private var descriptors: [Int32] = []
    private var kept: [Int32] = []

    var input: Int32 { descriptors[0] }
    var output: Int32 { descriptors[3] }
    var errors: Int32 { descriptors[5] }

    init() throws {
        for _ in 0..<4 {
            var pair: [Int32] = [0, 0]
            let code = rapport_pipe(&pair)
            guard code == 0 else {
                close()
                throw Problem("plugin.start", "no more pipes can be made: \(String(cString: strerror(code)))")
            }
            descriptors += pair
        }
    }

    func takePipes() -> ChildPipes {
        kept = [descriptors[1], descriptors[2], descriptors[4], descriptors[6], descriptors[7]]
        for descriptor in kept { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) }
        return ChildPipes(input: kept[0], output: kept[1], errors: kept[2], wakeRead: kept[3], wakeWrite: kept[4])
    }

    func close() {
        for descriptor in descriptors where !kept.contains(descriptor) { _ = Foundation.close(descriptor) }
        descriptors = []
    }
}
