import AWSProtocol

/// The members of a request, checked as they are read.
struct StepParameters: Sendable {
    private let members: JSONObject

    init(_ members: JSONObject) {
        self.members = members
    }

    /// The member as it stands; nil when it is absent or null.
    subscript(name: String) -> JSONValue? { JSONValue.object(members)[name] }

    func text(_ name: String, length: ClosedRange<Int> = 0...Int.max) throws -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.string else { throw StepFunctionsError.serialization }
        guard text.unicodeScalars.count <= length.upperBound else {
            throw failure(text, name, "Member must have length less than or equal to \(length.upperBound)")
        }
        guard text.unicodeScalars.count >= length.lowerBound else {
            throw failure(text, name, "Member must have length greater than or equal to \(length.lowerBound)")
        }
        return text
    }

    func required(_ name: String, length: ClosedRange<Int> = 0...Int.max) throws -> String {
        guard let text = try text(name, length: length) else { throw missing(name) }
        return text
    }

    func flag(_ name: String) throws -> Bool? {
        guard let value = self[name] else { return nil }
        guard let flag = value.bool else { throw StepFunctionsError.serialization }
        return flag
    }

    /// `maxResults`: 0 stands for the default of 100.
    func pageSize(upTo greatest: Int = 1_000) throws -> Int {
        guard let value = self["maxResults"] else { return 100 }
        guard let size = value.integer else { throw StepFunctionsError.serialization }
        guard (0...greatest).contains(size) else {
            throw failure("\(size)", "maxResults", "Member must have value less than or equal to \(greatest)")
        }
        return size == 0 ? 100 : size
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _ type: Choice.Type) throws -> Choice?
    where Choice.RawValue == String {
        guard let text = try text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure(text, name, "Member must satisfy enum value set: [\(all)]")
        }
        return choice
    }

    /// Refuses by name what is given but not implemented.
    func refuse(_ names: String..., operation: StepFunctionsOperation) throws {
        for name in names where self[name] != nil {
            throw NotImplemented("\(operation.rawValue)'s parameter \(name)")
        }
    }

    private func missing(_ name: String) -> StepFunctionsError {
        .constraint(value: nil, member: name, rule: "Member must not be null")
    }

    private func failure(_ value: String, _ member: String, _ rule: String) -> StepFunctionsError {
        .constraint(value: String(value.prefix(200)), member: member, rule: rule)
    }
}

/// Where a page ended: the last key, so that nobody can mistake it for something else, in hex.
enum PageToken {
    static func text(_ key: String) -> String {
        Hex.encode(Array(key.utf8))
    }

    static func key(_ text: String?) throws -> String? {
        guard let text else { return nil }
        let digits = Array(text.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        guard !bytes.isEmpty, bytes.count * 2 == digits.count, let key = String(validating: bytes, as: UTF8.self) else {
            throw StepFunctionsError.invalidToken
        }
        return key
    }

    static func number(_ text: String?) throws -> Int64? {
        guard let key = try key(text) else { return nil }
        guard let number = Int64(key) else { throw StepFunctionsError.invalidToken }
        return number
    }
}
