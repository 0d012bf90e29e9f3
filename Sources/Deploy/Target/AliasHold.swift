import Foundation

/// Versions to which `live` is held back, as variables for Terraform: its plan then agrees with what a rollback did.
struct AliasHold: Sendable {
    /// The two variables of `terraform/variables.tf`.
    struct Variables: Sendable, Equatable, Codable {
        var previous_version: [String: String]
        var canary_weight: Double
    }

    private let folder: String

    init(folder: String) {
        self.folder = folder
    }

    /// The file to name with `-var-file`; nil when nothing is held back.
    var file: String? {
        FileManager.default.fileExists(atPath: path) ? path : nil
    }

    private var path: String { "\(folder)/live.tfvars.json" }
    private var beforePath: String { "\(folder)/before.json" }

    func write(_ variables: Variables) throws {
        try save(variables, at: path)
    }

    /// Lets `live` follow the newest version again.
    func release() throws {
        if file != nil { try FileManager.default.removeItem(atPath: path) }
    }

    /// Notes what was live before an apply; a rollback goes there.
    func note(_ live: [String: String]) throws {
        try save(live, at: beforePath)
    }

    /// What was live before the last apply of this machine.
    var before: [String: String]? {
        FileManager.default.contents(atPath: beforePath).flatMap {
            try? JSONDecoder().decode([String: String].self, from: $0)
        }
    }

    private func save(_ value: some Encodable, at path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try encoder.encode(value).write(to: URL(filePath: path), options: .atomic)
    }
}
