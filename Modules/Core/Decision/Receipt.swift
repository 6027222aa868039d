/// A decision's complete input and its outcome, in compact form: a shape that many decisions share and the values that vary.
///
///     let receipt = Receipt(input, Decider.decide(input))
///     try receipt.replayed(under: policy) == receipt
public struct Receipt: Sendable, Hashable {
    public var shape: ReceiptShape
    public var values: [UInt8]

    public init(shape: ReceiptShape, values: [UInt8]) {
        self.shape = shape
        self.values = values
    }

    /// Records what the decision rests on; what had no part in it is left out.
    public init(_ input: DecisionInput, _ decision: Decision) {
        shape = ReceiptShape(input, decision)
        values = ReceiptWriter.bytes(input.pruned(for: decision), decision)
    }

    /// The decision made again from what was recorded: its bytes equal these under the same version of the function.
    ///
    /// - Parameter policy: the policy under the version that the shape names.
    public func replayed(under policy: DecisionPolicy) throws -> Receipt {
        let input = try input(under: policy)
        return Receipt(input, Decider.decide(input))
    }

    /// The recorded input, with the policy of the version that the shape names.
    ///
    /// - Throws: `Problem` `receipt.invalid` for bytes that no receipt has.
    public func input(under policy: DecisionPolicy) throws -> DecisionInput { try ReceiptReader.read(self, under: policy).input }

    /// The recorded decision, as it was made then.
    public func decision() throws -> Decision { try ReceiptReader.read(self, under: DecisionPolicy()).decision }
}
