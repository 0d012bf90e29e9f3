import AWSProtocol
import Foundation

/// The members of a JSON request, read by type; what is of another type is refused as AWS does.
struct RequestMembers {
    let operation: String
    let object: JSONObject

    init(_ body: [UInt8], operation: String) throws {
        self.operation = operation
        guard let value = try? JSONValue(parsing: body.isEmpty ? Array("{}".utf8) : body), let object = value.object
        else { throw LambdaError.bodyNotJSON }
        self.object = object
    }

    private init(_ object: JSONObject, operation: String) {
        self.object = object
        self.operation = operation
    }

    func string(_ name: String) throws -> String? {
        try read(name, as: "a string", \.string)
    }

    func integer(_ name: String) throws -> Int? {
        try read(name, as: "an integer", \.integer)
    }

    func bool(_ name: String) throws -> Bool? {
        try read(name, as: "a boolean", \.bool)
    }

    func strings(_ name: String) throws -> [String]? {
        try read(name, as: "a list of strings") { value in
            guard let values = value.array else { return nil }
            let texts = values.compactMap(\.string)
            return texts.count == values.count ? texts : nil
        }
    }

    func number(_ name: String) throws -> Double? {
        try read(name, as: "a number") { value in
            if case .number(let text) = value { Double(text) } else { nil }
        }
    }

    func map(_ name: String) throws -> [String: String]? {
        try read(name, as: "a map of strings") { value in
            guard let members = value.object?.members else { return nil }
            let pairs = members.compactMap { member in member.value.string.map { (member.name, $0) } }
            return pairs.count == members.count ? Dictionary(pairs) { $1 } : nil
        }
    }

    /// A structure within; its own members are named `outer.inner` where they are refused.
    func structure(_ name: String) throws -> RequestMembers? {
        try read(name, as: "a structure", \.object).map { RequestMembers($0, operation: "\(operation)'s \(name)") }
    }

    /// The bytes of a blob, which JSON carries in Base64.
    func blob(_ name: String) throws -> [UInt8]? {
        try read(name, as: "Base64") { value in
            value.string.flatMap { Data(base64Encoded: $0) }.map(Array.init)
        }
    }

    /// Refuses every member beside these that says anything (DESIGN D7); an empty one asks for nothing.
    func refuseAll(but known: Set<String>) throws {
        for member in object.members where !known.contains(member.name) && !member.value.saysNothing {
            throw NotImplemented("\(operation)'s \(member.name)")
        }
    }

    private func read<Value>(_ name: String, as type: String, _ convert: (JSONValue) -> Value?) throws -> Value? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let converted = convert(value) else { throw LambdaError.wrongType(name, type) }
        return converted
    }
}

extension JSONValue {
    /// Null, empty, false, or made of such alone.
    fileprivate var saysNothing: Bool {
        switch self {
        case .null, .bool(false): true
        case .string(let text): text.isEmpty
        case .array(let values): values.allSatisfy(\.saysNothing)
        case .object(let object): object.members.allSatisfy(\.value.saysNothing)
        case .bool, .number: false
        }
    }
}
