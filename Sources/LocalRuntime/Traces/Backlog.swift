/// What waits to be written, in pieces: of a flood the oldest piece goes, and whoever adds to it does not stop to take it apart.
struct Backlog<Element: Sendable>: Sendable {
    private struct Piece {
        var elements: [Element] = []
        var weight = 0
    }

    /// So much at least is kept, and little more.
    private let kept: Int
    private let pieceWeight: Int
    private var pieces = [Piece()]
    private var weight = 0

    /// - Parameters:
    ///   - kept: the weight of the newest elements that are never given up.
    ///   - pieceWeight: the weight that goes at a time.
    init(kept: Int, pieceWeight: Int) {
        self.kept = kept
        self.pieceWeight = max(1, pieceWeight)
    }

    /// - Returns: whether there was too much, so that the oldest were given up.
    mutating func append(_ element: Element, weight added: Int = 1) -> Bool {
        if pieces[pieces.count - 1].weight >= pieceWeight { pieces.append(Piece()) }
        pieces[pieces.count - 1].elements.append(element)
        pieces[pieces.count - 1].weight += added
        weight += added
        var isFlooded = false
        while pieces.count > 1, weight - pieces[0].weight >= kept {
            let oldest = pieces.removeFirst()
            weight -= oldest.weight
            isFlooded = true
            // On another thread: a thousand elements are some thousand releases of memory.
            Task { withExtendedLifetime(oldest) {} }
        }
        return isFlooded
    }

    /// All of it, oldest first, which is left to the caller.
    mutating func take() -> [[Element]] {
        defer { (pieces, weight) = ([Piece()], 0) }
        return pieces.map(\.elements)
    }
}
