import Foundation
import RapportPluginKit
import Synchronization

/// A channel that hands over so many messages, then says that it holds some in hand and never answers: the moment at which
/// `rapport demo` pulls the plug.
final class HoldingChannel<Base: Channel>: Channel {
    static var manifest: Manifest { Base.manifest }

    private let base: Base
    private let limit: Int
    private let handedOver = Mutex(0)

    init(_ base: Base, after limit: Int) {
        self.base = base
        self.limit = limit
    }

    convenience init(settings: Settings, environment: PluginEnvironment) throws {
        self.init(try Base(settings: settings, environment: environment), after: .max)
    }

    func run() async throws { try await base.run() }

    func send(_ messages: [OutgoingMessage]) async -> [SendResult] {
        let results = await base.send(messages)
        let total = handedOver.withLock { count in
            count += messages.count
            return count
        }
        guard total >= limit else { return results }
        FileHandle.standardOutput.write(Data("\(holdingMark)\n".utf8))
        // The process dies here. Whatever comes first, nothing is answered.
        while true { try? await Task.sleep(for: .seconds(3_600)) }
    }
}

/// What it says then, on standard output.
let holdingMark = "holding"
