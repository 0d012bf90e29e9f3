/// The results of `work` on each item, in the items' order, with at most `atOnce` under way. The first error ends it.
func mapConcurrently<Item: Sendable, Output: Sendable>(
    _ items: [Item], atOnce: Int, _ work: @escaping @Sendable (Item) async throws -> Output
) async throws -> [Output] {
    try await withThrowingTaskGroup(of: (Int, Output).self) { group in
        var outputs: [Int: Output] = [:]
        for (index, item) in items.enumerated() {
            if index >= atOnce, let (done, output) = try await group.next() { outputs[done] = output }
            group.addTask { (index, try await work(item)) }
        }
        for try await (done, output) in group { outputs[done] = output }
        return items.indices.compactMap { outputs[$0] }
    }
}
