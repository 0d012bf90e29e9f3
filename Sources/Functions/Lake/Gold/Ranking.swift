/// The front of an order, without sorting the rest.
enum Ranking {
    /// The first `limit` of `candidates` by `precedes`, in order.
    static func first(_ limit: Int, of candidates: [Int], by precedes: (Int, Int) -> Bool) -> [Int] {
        // Twice the limit is gathered before each sort, so that a sort serves many candidates.
        var best: [Int] = []
        var worst: Int?
        for candidate in candidates {
            if let worst, !precedes(candidate, worst) { continue }
            best.append(candidate)
            guard best.count >= 2 * limit else { continue }
            best = Array(best.sorted(by: precedes).prefix(limit))
            worst = best.last
        }
        return Array(best.sorted(by: precedes).prefix(limit))
    }
}
