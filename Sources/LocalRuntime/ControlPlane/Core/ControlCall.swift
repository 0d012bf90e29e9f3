import AWSProtocol
import EmulatorClock

/// One call of a control-plane operation: who asks, when, and for what.
struct ControlCall: Sendable {
    let service: String
    let operation: String
    let account: String
    let region: String
    let now: Timestamp
    let requestID: String
    let parameters: JSONObject

    /// A text parameter; nil when it is absent.
    func text(_ name: String) -> String? {
        parameters[name]?.string
    }

    /// A text parameter that the operation cannot do without.
    func required(_ name: String) throws -> String {
        guard let value = text(name) else { throw ControlError.null(member: name, service: service) }
        return value
    }

    /// A number, written as JSON writes it or as a form does.
    func integer(_ name: String) throws -> Int? {
        guard let value = parameters[name] else { return nil }
        guard let number = value.integer ?? value.string.flatMap(Int.init) else {
            throw ControlError.malformed(member: name, service: service)
        }
        return number
    }

    func flag(_ name: String) -> Bool {
        parameters[name]?.bool ?? (text(name) == "true")
    }

    func texts(_ name: String) -> [String] {
        (parameters[name]?.array ?? []).compactMap(\.string)
    }

    /// An object that the operation cannot do without.
    func object(_ name: String) throws -> JSONObject {
        guard let value = parameters[name]?.object else { throw ControlError.null(member: name, service: service) }
        return value
    }

    /// Refuses every parameter but these by its name (DESIGN D7).
    func takesOnly(_ names: String...) throws {
        if let other = parameters.members.first(where: { !names.contains($0.name) && !$0.value.isNull }) {
            throw NotImplemented("\(service) \(operation)'s parameter \(other.name)")
        }
    }

    /// The parameters of these names as they were sent.
    func members(_ names: String...) -> JSONObject {
        JSONObject(names.compactMap { name in parameters[name].map { (name, $0) } })
    }

    /// `arn:aws:<service>:<region>:<account>:<resource>`
    func arn(_ service: String, _ resource: String) -> String {
        "arn:aws:\(service):\(region):\(account):\(resource)"
    }
}

extension String {
    /// Whether it holds ASCII letters, digits and these characters alone, as AWS's names do.
    func isMadeOfLettersDigits(and others: String) -> Bool {
        utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: others.utf8.contains(byte)
            }
        }
    }
}

/// A page of a list that is ordered by name. The token is the last name of the page before.
struct ListPage {
    let records: ArraySlice<ControlRecords.Record>
    let next: String?

    init(_ records: [ControlRecords.Record], after token: String?, limit: Int) {
        let start =
            token.flatMap { token in records.firstIndex { $0.name > token } } ?? (token == nil ? 0 : records.count)
        self.records = records[start...].prefix(max(1, limit))
        next = self.records.endIndex < records.endIndex ? self.records.last?.name : nil
    }
}

/// Refusals that all services share, in AWS's words.
enum ControlError: ServiceError {
    /// A required member is absent.
    case null(member: String, service: String)
    case malformed(member: String, service: String)
    /// The body is not what its protocol says.
    case unreadable
    /// The service's own refusal.
    case refused(WireError)

    var wire: WireError {
        switch self {
        case .null(let member, let service):
            WireError(
                Self.code(service),
                "1 validation error detected: Value null at '\(Self.path(member))' failed to satisfy constraint: "
                    + "Member must not be null")
        case .malformed(let member, let service):
            WireError(Self.code(service), "The value of \(member) cannot be read.")
        case .unreadable: WireError("SerializationException", "The request body cannot be read.")
        case .refused(let error): error
        }
    }

    /// The code of a parameter that breaks a rule of its shape: the older services have one of their own.
    private static func code(_ service: String) -> String {
        switch service {
        case "iam", "sts": "ValidationError"
        case "sns": "InvalidParameter"
        case "athena": "InvalidRequestException"
        case "glue": "InvalidInputException"
        default: "ValidationException"
        }
    }

    private static func path(_ member: String) -> String {
        member.prefix(1).lowercased() + member.dropFirst()
    }
}
