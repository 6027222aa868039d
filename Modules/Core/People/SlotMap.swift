/// Values by the number of a field, in the order of the numbers. The few fields that people have are found faster in a row
/// than by hashing.
///
/// Inlinable, because it is used where folds spend their time.
public struct SlotMap<Value> {
    public struct Element {
        public let slot: Int
        public var value: Value

        @inlinable
        init(slot: Int, value: Value) {
            self.slot = slot
            self.value = value
        }
    }

    @usableFromInline var elements: [Element] = []

    @inlinable public init() {}

    @inlinable public var keys: [Int] { elements.map(\.slot) }
    @inlinable public var isEmpty: Bool { elements.isEmpty }
    @inlinable public var count: Int { elements.count }

    @inlinable public subscript(slot: Int) -> Value? {
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

    @inlinable public mutating func reserveCapacity(_ count: Int) { elements.reserveCapacity(count) }

    /// Where the slot stands, or would.
    @inlinable func place(of slot: Int) -> Int {
        var place = elements.count
        while place > 0, elements[place - 1].slot >= slot { place -= 1 }
        return place
    }
}

extension SlotMap: Sequence {
    @inlinable public func makeIterator() -> IndexingIterator<[Element]> { elements.makeIterator() }
}

extension SlotMap: Sendable where Value: Sendable {}
extension SlotMap.Element: Sendable where Value: Sendable {}
extension SlotMap: Equatable where Value: Equatable {}
extension SlotMap.Element: Equatable where Value: Equatable {}
extension SlotMap: Hashable where Value: Hashable {}
extension SlotMap.Element: Hashable where Value: Hashable {}
