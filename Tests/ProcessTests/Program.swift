import Foundation
import RapportTestKit

extension Program {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Where the tests stand, the apps stand.
    static let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path()
}
