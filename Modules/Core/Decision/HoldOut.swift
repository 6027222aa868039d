/// A share of people, chosen by chance, who are treated otherwise so that a difference can be measured.
///
/// The draw is a function of what is tried and of the person alone: whoever asks, whenever, gets the same answer, and what one
/// trial draws says nothing of what another does.
public struct HoldOut: Sendable, Hashable {
    /// Shares and draws are counted in ten-thousandths.
    public static let whole = 10_000

    /// How many of ten thousand are held out.
    public var share: Int
    /// The person's number, from 0 to below ten thousand.
    public var draw: Int

    public init(share: Int, draw: Int) {
        self.share = share
        self.draw = draw
    }

    public var isHeldOut: Bool { draw < share }

    /// The number of a person in a trial: FNV-1a of the trial's name seeds SplitMix64 (Steele, Lea & Flood 2014).
    public static func draw(_ trial: String, person: PersonID) -> Int {
        var seed: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in trial.utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var generator = SplitMix64(seed: seed &+ UInt64(bitPattern: person) &* 0xD134_2543_DE82_EF95)
        return Int(generator.next() % UInt64(whole))
    }

    /// Reads `10 %`, `2.5%` or `0.1`.
    ///
    /// - Returns: ten-thousandths; `nil` for what is no share from 0 to 1, or finer than that.
    public static func share(_ text: String) -> Int? {
        var rest = text[...]
        while rest.last == " " { rest.removeLast() }
        let isPercent = rest.last == "%"
        if isPercent { rest.removeLast() }
        guard let share = ScaledInteger.parse(rest, scale: isPercent ? 2 : 4, exactly: true), (0...Int64(whole)).contains(share)
        else { return nil }
        return Int(share)
    }

    /// `10 %`, `2.5 %`
    public static func text(_ share: Int) -> String {
        var text = ScaledInteger.text(Int64(share), scale: 2)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text + " %"
    }
}
