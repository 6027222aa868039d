import Foundation

/// Makes a Swift plugin a program of its own: the same type that can be built in speaks the plugin protocol
/// (docs/plugin-protocol.md) over standard input and output.
///
///     @main
///     struct Main {
///         static func main() async { await PluginMain.run(MyChannel.self) }
///     }
///
/// Standard output belongs to the protocol. What the plugin itself prints there goes to standard error, which is its log.
/// Started with `--manifest`, the program writes its plugin.yaml and leaves.
public enum PluginMain {
    /// The version of the protocol that this speaks.
    public static let version = 1

    /// Runs the plugin until its host says stop or is gone.
    ///
    /// A plugin whose `run` throws ends the process with exit code 1: its host starts it again, a little later each time.
    public static func run(_ type: any Plugin.Type) async {
        if CommandLine.arguments.dropFirst() == ["--manifest"] {
            print(type.manifest.declaration(command: [CommandLine.arguments[0]]), terminator: "")
            return
        }
        // A host that is gone must be an error of writing and not a signal.
        signal(SIGPIPE, SIG_IGN)
        let output = dup(STDOUT_FILENO)
        dup2(STDERR_FILENO, STDOUT_FILENO)
        let writer = LineWriter(output)
        let ending = await PluginTalk(type, writer).run(StandardInput.lines())
        await writer.finish()
        if ending == .failed { exit(1) }
    }
}
