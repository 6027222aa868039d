/// Values by the number of a field, in the order of the numbers. The few fields that people have are found faster in a row
/// than by hashing.
public struct SlotMap<Value> {
    public struct Element {
        public let slot: Int
        public var value: Value
    }

    private var elements: [Element] = []

    public init() {}

    public var keys: [Int] { elements.map(\.slot) }
    public var isEmpty: Bool { elements.isEmpty }
    public var count: Int { elements.count }

    public subscript(slot: Int) -> Value? {
        get {
            let place = place(of: slot)
            return place < elements.count && elements[place].slot == slot ? elements[place].value : nil
        }
        set {
            let place = place(of: slot)
            let isThere = place < elements.count && elements[place].slot == slot
            switch (newValue, isThere) {
            case (let value?, true): elements[place].value = value
            case (let value?, false): elements.insert(Element(slot: slot, value: value), at: place)
            case (nil, true): elements.remove(at: place)
            case (nil, false): break
            }
        }
    }

    public mutating func reserveCapacity(_ count: Int) { elements.reserveCapacity(count) }

    /// Where the slot stands, or would.
    private func place(of slot: Int) -> Int {
        var place = elements.count
        while place > 0, elements[place - 1].slot >= slot { place -= 1 }
        return place
    }
}

extension SlotMap: Sequence {
    public func makeIterator() -> IndexingIterator<[Element]> { elements.makeIterator() }
}

extension SlotMap: Sendable where Value: Sendable {}
extension SlotMap.Element: Sendable where Value: Sendable {}
extension SlotMap: Equatable where Value: Equatable {}
extension SlotMap.Element: Equatable where Value: Equatable {}
extension SlotMap: Hashable where Value: Hashable {}
extension SlotMap.Element: Hashable where Value: Hashable {}
