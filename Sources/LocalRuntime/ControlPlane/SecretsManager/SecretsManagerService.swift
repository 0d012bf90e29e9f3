import AWSProtocol
import EmulatorClock
import Foundation

extension ControlService {
    /// Secrets and their versions, which lie sealed in the database.
    /// https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html
    package static func secretsManager(_ foundation: ControlFoundation, secrets: SecretBox) -> ControlService {
        let versions = SecretVersions(secrets: secrets)
        return ControlService(
            "secretsmanager", .json(prefix: "secretsmanager"),
            SecretsManagerSecrets(versions: versions).operations.merging(versions.operations) { $1 }, foundation)
    }
}

/// The Secrets Manager's refusals.
enum SecretsManagerError: ServiceError {
    case notFound
    case noValue(String)
    case alreadyExists(String)
    case versionExists
    case markedForDeletion
    case nameIsMarkedForDeletion
    case invalidName
    case twoValues
    case tooLarge
    case invalidRecoveryWindow
    case recoveryAndForce
    case tooManyTags

    var wire: WireError {
        switch self {
        case .notFound: WireError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        case .noValue(let what):
            WireError(
                "ResourceNotFoundException", "Secrets Manager can't find the specified secret value for \(what)")
        case .alreadyExists(let name):
            WireError("ResourceExistsException", "The operation failed because the secret \(name) already exists.")
        case .versionExists:
            WireError("ResourceExistsException", "You can't modify the value of a secret version that exists already.")
        case .markedForDeletion:
            WireError(
                "InvalidRequestException",
                "You can't perform this operation on the secret because it was marked for deletion.")
        case .nameIsMarkedForDeletion:
            WireError(
                "InvalidRequestException",
                "You can't create this secret because a secret with this name is already scheduled for deletion.")
        case .invalidName:
            WireError(
                "ValidationException",
                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
            )
        case .twoValues:
            WireError(
                "InvalidParameterException", "You can't specify both a binary secret value and a string secret value.")
        case .tooLarge:
            WireError("InvalidParameterException", "A secret value has at most 65536 bytes.")
        case .invalidRecoveryWindow:
            WireError(
                "InvalidParameterException", "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."
            )
        case .recoveryAndForce:
            WireError(
                "InvalidParameterException",
                "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
        case .tooManyTags: WireError("LimitExceededException", "A secret has at most 50 tags.")
        }
    }
}

/// One secret's record, without its values.
struct StoredSecret {
    static let kind = RecordKind("secretsmanager.secret")

    var record: JSONObject

    var name: String { record["Name"]?.string ?? "" }

    /// Staging labels by version.
    var stages: JSONObject {
        get { record["VersionIdsToStages"]?.object ?? [:] }
        set { record["VersionIdsToStages"] = .object(newValue) }
    }

    var isMarkedForDeletion: Bool { record["DeletedDate"] != nil }

    /// Finds a secret by its name, its ARN, or its ARN without the six characters that AWS adds.
    ///
    /// - Throws: `notFound`, also for one whose time to recover it has passed.
    init(_ call: ControlCall, _ records: ControlRecords) throws {
        let reference = try call.required("SecretId")
        let resource = reference.range(of: ":secret:").map { String(reference[$0.upperBound...]) } ?? reference
        for name in [resource, String(resource.dropLast(Self.suffixLength))] {
            guard let record = try records.value(Self.kind, name) else { continue }
            self.record = record
            guard resource == name || record["ARN"]?.string == reference, !isGone(at: call.now) else { continue }
            return
        }
        throw SecretsManagerError.notFound
    }

    /// - Throws: `alreadyExists`, `nameIsMarkedForDeletion`, `invalidName`.
    init(creating call: ControlCall, _ records: ControlRecords) throws {
        let name = try call.required("Name")
        guard name.isMadeOfLettersDigits(and: "-/_+=.@!"), (1...512).contains(name.utf8.count) else {
            throw SecretsManagerError.invalidName
        }
        record = try records.value(Self.kind, name) ?? [:]
        if record["Name"] != nil, !isGone(at: call.now) {
            throw isMarkedForDeletion
                ? SecretsManagerError.nameIsMarkedForDeletion : SecretsManagerError.alreadyExists(name)
        }
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        let suffix = (1..<Self.suffixLength).map { _ in letters[Int.random(in: letters.indices)] }
        record = [
            "Name": .string(name), "ARN": .string(call.arn("secretsmanager", "secret:\(name)-\(String(suffix))")),
            "CreatedDate": Self.date(call.now),
        ]
    }

    /// A hyphen and six characters.
    private static let suffixLength = 7

    static func date(_ instant: Timestamp) -> JSONValue {
        .double(Double(instant.milliseconds) / 1000)
    }

    private func isGone(at now: Timestamp) -> Bool {
        guard case .number(let seconds) = record["DeletedDate"] ?? .null, let end = Double(seconds) else {
            return false
        }
        return Double(now.milliseconds) / 1000 >= end
    }
}
