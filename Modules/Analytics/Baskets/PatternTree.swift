/// Baskets folded into a tree of common beginnings (Han, Pei and Yin 2000): items in the order of how frequent they are.
struct PatternTree {
    /// How many baskets, and how many of them at weekends.
    struct Count {
        var all: Int32 = 0
        var weekend: Int32 = 0
    }

    struct Node {
        var item: Int32
        var parent: Int32
        /// The next node of the same item.
        var next: Int32
        var count: Count
    }

    private(set) var nodes: [Node] = [Node(item: -1, parent: -1, next: -1, count: Count())]
    /// The first node of each item, by its place in `items`.
    private(set) var heads: [Int32]
    /// The items of this tree, the most frequent first.
    let items: [Int32]
    let counts: [Count]
    /// Children by parent and item; -1: free.
    private var slots: [Int32]

    init(items: [Int32], counts: [Count], capacity: Int) {
        self.items = items
        self.counts = counts
        heads = [Int32](repeating: -1, count: items.count)
        var size = 16
        while size < capacity { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
    }

    /// Adds a path of places in `items`, ascending.
    mutating func insert(_ path: some Sequence<Int32>, _ count: Count) {
        var node: Int32 = 0
        for item in path {
            node = child(of: node, item)
            nodes[Int(node)].count.all += count.all
            nodes[Int(node)].count.weekend += count.weekend
        }
    }

    private mutating func child(of parent: Int32, _ item: Int32) -> Int32 {
        var slot = Self.hash(parent, item) & (slots.count - 1)
        while slots[slot] >= 0 {
            let node = slots[slot]
            if nodes[Int(node)].parent == parent, nodes[Int(node)].item == item { return node }
            slot = (slot + 1) & (slots.count - 1)
        }
        let node = Int32(nodes.count)
        nodes.append(Node(item: item, parent: parent, next: heads[Int(item)], count: Count()))
        heads[Int(item)] = node
        slots[slot] = node
        if nodes.count * 2 > slots.count { grow() }
        return node
    }

    private mutating func grow() {
        var larger = [Int32](repeating: -1, count: slots.count * 2)
        for index in nodes.indices.dropFirst() {
            var slot = Self.hash(nodes[index].parent, nodes[index].item) & (larger.count - 1)
            while larger[slot] >= 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = Int32(index)
        }
        slots = larger
    }

    private static func hash(_ parent: Int32, _ item: Int32) -> Int {
        let mixed = (UInt64(UInt32(bitPattern: parent)) << 32 | UInt64(UInt32(bitPattern: item))) &* 0x9E37_79B9_7F4A_7C15
        return Int(mixed >> 33)
    }
}
