import Foundation

/// What can go wrong between Rapport and an external plugin. A small program between the two makes it happen.
public enum Fault: String, Sendable, CaseIterable {
    case crash
    case hang
    case garbage
    case binary
    case halfLine = "half-line"
    case longLine = "long-line"
    case wrongNumber = "wrong-number"
    case closeOutput = "close-output"
    case slowStart = "slow-start"
    case refusal
    case secret
    /// Lines that come in pieces: nothing is wrong, and all must work.
    case split

    /// Whether the plugin still does its work with this fault.
    public var isHarmless: Bool { [.slowStart, .secret, .split].contains(self) }
}

/// A plugin's command with a fault put between it and the host.
public struct FaultyCommand: Sendable {
    /// What the program speaks: the plugin protocol, or Singer's messages.
    public enum Speech: String, Sendable { case plugin, tap }

    public let command: [String]
    let folder: URL

    /// - Parameters:
    ///   - times: how often the fault happens before all is well again.
    ///   - after: how many answers (lines of a tap) come through before it happens.
    public init(_ fault: Fault, times: Int, after: Int = 0, around command: [String], speaking: Speech = .plugin) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "fault-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let program = folder.appending(path: "fault_proxy.py")
        try Data(PackageResources.fault_proxy_py).write(to: program)
        self.command =
            [
                "python3", program.path, speaking.rawValue, fault.rawValue, folder.appending(path: "count").path, String(times),
                String(after),
            ] + command
    }

    /// The process that a hanging plugin left behind in its group.
    public var grandchild: Int32? {
        (try? String(contentsOf: folder.appending(path: "count.pid"), encoding: .utf8)).flatMap { Int32($0) }
    }

    public func remove() { try? FileManager.default.removeItem(at: folder) }
}
