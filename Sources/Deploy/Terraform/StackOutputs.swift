import Foundation

/// The outputs of the stack that the other verbs go by (`terraform/outputs.tf`).
struct StackOutputs: Sendable, Equatable {
    struct Function: Sendable, Equatable, Decodable {
        let name: String
        let aliasARN: String
        let version: String
        let codeSHA256: String

        private enum CodingKeys: String, CodingKey {
            case name, version
            case aliasARN = "alias_arn"
            case codeSHA256 = "code_sha256"
        }
    }

    /// By handler, such as `extract`.
    let functions: [String: Function]
    let bucket: String
    /// The mapping from the queue; nil in a stack without one.
    let mapping: String?

    /// Begins the name of every function and alarm, such as `rivulet-`.
    var prefix: String {
        functions.first.map { String($0.value.name.dropLast($0.key.count)) } ?? ""
    }

    /// - Parameter json: what `terraform output -json` printed.
    /// - Returns: nil when nothing is applied.
    init?(json: String) throws {
        struct Value<Content: Decodable>: Decodable { let value: Content }
        struct All: Decodable {
            let functions: Value<[String: Function]>?
            let bucket: Value<String>?
            let mapping: Value<String>?
        }
        let all = try JSONDecoder().decode(All.self, from: Data(json.utf8))
        // An apply that broke off may have some of them only.
        guard let functions = all.functions?.value, let bucket = all.bucket?.value else { return nil }
        (self.functions, self.bucket, mapping) = (functions, bucket, all.mapping?.value)
    }
}
