import Foundation
public import RapportCore

/// The machine's clock.
public struct SystemClock: WallClock {
    public init() {}
    public var now: Timestamp { Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down))) }
}
