import Foundation

/// Data that tests read where it is present: the folder that `RAPPORT_SHARED_DATA` names, or `shared/data` beside the checkout.
public enum SharedData {
    /// Where a file of it lies; `nil` where it is absent.
    public static func path(_ name: String) -> String? {
        let path = "\(folder)/\(name)"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    private static let folder =
        ProcessInfo.processInfo.environment["RAPPORT_SHARED_DATA"]
        ?? URL(filePath: #filePath).appending(path: "../../../../../shared/data").standardizedFileURL.path(percentEncoded: false)
}
