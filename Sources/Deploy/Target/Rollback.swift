/// Moves `live` back: seconds, no build, no Terraform.
struct Rollback: Sendable {
    struct Move: Sendable, Equatable, Encodable {
        let function: String
        let from: String
        let to: String
    }

    let access: AWSAccess
    let hold: AliasHold

    init(access: AWSAccess, hold: AliasHold) {
        self.access = access
        self.hold = hold
    }

    /// What would move: to what was live before the last apply, or to the version before the live one.
    ///
    /// - Parameter named: handlers; empty for all.
    /// - Throws: `DeployError.unknownFunction`, or `nothingBefore` when a named one, or none at all, can go back.
    func moves(_ outputs: StackOutputs, named: [String]) async throws -> [Move] {
        if let unknown = named.first(where: { outputs.functions[$0] == nil }) {
            throw DeployError.unknownFunction(unknown, known: outputs.functions.keys.sorted())
        }
        var moves: [Move] = []
        for (handler, function) in outputs.functions.sorted(by: { $0.key < $1.key })
        where named.isEmpty || named.contains(handler) {
            let alias = try await access.alias("live", of: function.name)
            if let version = try await target(handler, function.name, alias) {
                moves.append(Move(function: handler, from: Self.text(alias), to: version))
            } else if !named.isEmpty {
                throw DeployError.nothingBefore(handler)
            }
        }
        guard !moves.isEmpty else { throw DeployError.nothingBefore("No function") }
        return moves
    }

    func perform(_ moves: [Move], _ outputs: StackOutputs, live: [String: String]) async throws {
        for move in moves {
            guard let function = outputs.functions[move.function] else { continue }
            try await access.pointAlias("live", of: function.name, to: move.to)
        }
        let moved = Dictionary(uniqueKeysWithValues: moves.map { ($0.function, $0.to) })
        try hold.write(.init(previous_version: live.merging(moved) { $1 }, canary_weight: 0))
    }

    private func target(_ handler: String, _ name: String, _ alias: AWSAccess.Alias) async throws -> String? {
        // A canary has not moved `live` yet: going back is taking its share away.
        guard alias.weights.isEmpty else { return alias.FunctionVersion }
        if let before = hold.before?[handler] { return before == alias.FunctionVersion ? nil : before }
        let current = Int(alias.FunctionVersion) ?? 0
        return try await access.versions(of: name).last { $0 < current }.map(String.init)
    }

    private static func text(_ alias: AWSAccess.Alias) -> String {
        ([alias.FunctionVersion] + alias.weights.map { "\($0.key) (\(Int(($0.value * 100).rounded())) %)" })
            .joined(separator: " + ")
    }
}
