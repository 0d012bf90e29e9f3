import AWSProtocol
import EmulatorClock

extension ControlService {
    /// Identity and Access Management: roles and policies are kept and read back; nothing is allowed or denied by them.
    /// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
    package static func iam(_ foundation: ControlFoundation) -> ControlService {
        ControlService(
            "iam", .query(namespace: "https://iam.amazonaws.com/doc/2010-05-08/"), isGlobal: true,
            IAMRoles.operations.merging(IAMRolePolicies.operations) { $1 }.merging(IAMPolicies.operations) { $1 },
            foundation)
    }
}

/// IAM's refusals. https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
enum IAMError: ServiceError {
    case noRole(String)
    case noRolePolicy(String)
    case noPolicy(arn: String)
    case noAttachment(arn: String)
    case roleExists(String)
    case policyExists(String)
    case malformedPolicy
    case deleteConflict(String)
    case invalidName(member: String)
    case tooManyTags

    var wire: WireError {
        switch self {
        case .noRole(let name):
            WireError("NoSuchEntity", "The role with name \(name) cannot be found.", status: 404)
        case .noRolePolicy(let name):
            WireError("NoSuchEntity", "The role policy with name \(name) cannot be found.", status: 404)
        case .noPolicy(let arn):
            WireError("NoSuchEntity", "Policy \(arn) does not exist or is not attachable.", status: 404)
        case .noAttachment(let arn):
            WireError("NoSuchEntity", "Policy \(arn) was not found.", status: 404)
        case .roleExists(let name):
            WireError("EntityAlreadyExists", "Role with name \(name) already exists.", status: 409)
        case .policyExists(let name):
            WireError(
                "EntityAlreadyExists", "A policy called \(name) already exists. Duplicate names are not allowed.",
                status: 409)
        case .malformedPolicy:
            WireError("MalformedPolicyDocument", "Syntax errors in policy.")
        case .deleteConflict(let text): WireError("DeleteConflict", text, status: 409)
        case .invalidName(let member):
            WireError(
                "ValidationError",
                "The specified value for \(member) is invalid. It must contain only alphanumeric characters and/or the "
                    + "following: +=,.@_-")
        case .tooManyTags:
            WireError("LimitExceeded", "The number of tags has reached the maximum limit.", status: 409)
        }
    }
}

extension ControlCall {
    /// A name of 1 to `limit` letters, digits and `+=,.@_-`.
    func iamName(_ member: String, limit: Int) throws -> String {
        let name = try required(member)
        let isPlain = name.isMadeOfLettersDigits(and: "+=,.@_-")
        guard isPlain, (1...limit).contains(name.utf8.count) else {
            throw IAMError.invalidName(member: member.prefix(1).lowercased() + member.dropFirst())
        }
        return name
    }

    /// A policy document: JSON with a statement.
    func policyDocument(_ member: String) throws -> String {
        let text = try required(member)
        guard let document = try? JSONValue(parsing: text), document["Statement"] != nil else {
            throw IAMError.malformedPolicy
        }
        return text
    }

    /// An id as IAM makes them, steady for one request: a prefix and 17 letters and digits.
    func iamID(_ prefix: String) -> String {
        prefix + String(Hex.encode(Digest.of(Array(requestID.utf8), .sha256)).uppercased().prefix(17))
    }

    /// One page of a list in IAM's members.
    func iamPage(_ member: String, _ records: [ControlRecords.Record], _ form: (JSONObject) -> JSONValue) throws
        -> JSONObject
    {
        let page = ListPage(records, after: text("Marker"), limit: try integer("MaxItems") ?? 100)
        var answer: JSONObject = [
            member: .array(page.records.map { form($0.value) }), "IsTruncated": .bool(page.next != nil),
        ]
        if let next = page.next { answer.append("Marker", .string(next)) }
        return answer
    }
}
