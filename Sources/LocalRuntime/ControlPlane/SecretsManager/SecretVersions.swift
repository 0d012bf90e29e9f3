import AWSProtocol
import EmulatorClock
import Foundation

/// The values of secrets: a version for each, found by its id or by the label that is on it.
///
/// https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html#term_version
struct SecretVersions: Sendable {
    private static let kind = RecordKind("secretsmanager.version")
    private static let (current, previous) = ("AWSCURRENT", "AWSPREVIOUS")
    private static let largestValue = 65_536

    let secrets: SecretBox

    var operations: [String: ControlService.Operation] {
        [
            "PutSecretValue": { try putValue($0, $1) }, "GetSecretValue": { try getValue($0, $1) },
            "ListSecretVersionIds": { try list($0, $1) },
        ]
    }

    /// Adds the call's value, if it has one, as the current version or under the labels that it names.
    ///
    /// - Returns: the version's id; nil without a value.
    func put(_ call: ControlCall, into secret: inout StoredSecret, _ records: ControlRecords) throws -> String? {
        let (text, binary) = (call.text("SecretString"), call.text("SecretBinary"))
        guard text == nil || binary == nil else { throw SecretsManagerError.twoValues }
        guard let value = text ?? binary else { return nil }
        guard value.utf8.count <= Self.largestValue else { throw SecretsManagerError.tooLarge }
        let id = call.text("ClientRequestToken") ?? UUID().uuidString.lowercased()
        let member = text == nil ? "SecretBinary" : "SecretString"
        if let before = try records.value(Self.kind, id, in: secret.name) {
            // A repeated request is answered as the first one was.
            guard try opened(before, secret, id) == (member, value) else { throw SecretsManagerError.versionExists }
            return id
        }
        try records.save(
            [
                "member": .string(member), "sealed": .string(secrets.seal(value, for: "\(secret.name):\(id)")),
                "CreatedDate": StoredSecret.date(call.now),
            ], Self.kind, id, in: secret.name)
        let asked = call.texts("VersionStages")
        label(id, asked.isEmpty || secret.stages.members.isEmpty ? asked + [Self.current] : asked, &secret)
        return id
    }

    func deleteAll(of secret: StoredSecret, _ records: ControlRecords) throws {
        for version in try records.all(Self.kind, in: secret.name) {
            try records.delete(Self.kind, version.name, in: secret.name)
        }
    }

    private func putValue(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("SecretId", "ClientRequestToken", "SecretBinary", "SecretString", "VersionStages")
        var secret = try StoredSecret(call, records)
        guard !secret.isMarkedForDeletion else { throw SecretsManagerError.markedForDeletion }
        guard let id = try put(call, into: &secret, records) else { _ = try call.required("SecretString"); return [:] }
        secret.record["LastChangedDate"] = StoredSecret.date(call.now)
        try records.save(secret.record, StoredSecret.kind, secret.name)
        return [
            "ARN": secret.record["ARN"] ?? .null, "Name": .string(secret.name), "VersionId": .string(id),
            "VersionStages": secret.stages[id] ?? [],
        ]
    }

    private func getValue(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("SecretId", "VersionId", "VersionStage")
        var secret = try StoredSecret(call, records)
        guard !secret.isMarkedForDeletion else { throw SecretsManagerError.markedForDeletion }
        let id = try version(call, of: secret)
        guard let version = try records.value(Self.kind, id, in: secret.name) else {
            throw SecretsManagerError.noValue("VersionId: \(id)")
        }
        // AWS keeps the day only.
        let day = call.now.milliseconds / 86_400_000 * 86_400
        secret.record["LastAccessedDate"] = .integer(Int(day))
        try records.save(secret.record, StoredSecret.kind, secret.name)
        let (member, value) = try opened(version, secret, id)
        return [
            "ARN": secret.record["ARN"] ?? .null, "Name": .string(secret.name), "VersionId": .string(id),
            member: .string(value), "VersionStages": secret.stages[id] ?? [],
            "CreatedDate": version["CreatedDate"] ?? .null,
        ]
    }

    /// The id that the call names, or the one that bears its label.
    private func version(_ call: ControlCall, of secret: StoredSecret) throws -> String {
        let stage = call.text("VersionStage")
        if let id = call.text("VersionId") {
            guard let stage, !Self.labels(of: id, secret).contains(stage) else { return id }
            throw SecretsManagerError.noValue("VersionId: \(id) with staging label: \(stage)")
        }
        let wanted = stage ?? Self.current
        guard let found = secret.stages.members.first(where: { Self.labels(of: $0.name, secret).contains(wanted) })
        else { throw SecretsManagerError.noValue("staging label: \(wanted)") }
        return found.name
    }

    private func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("SecretId", "MaxResults", "NextToken", "IncludeDeprecated")
        let secret = try StoredSecret(call, records)
        let all = try records.all(Self.kind, in: secret.name)
            .filter { call.flag("IncludeDeprecated") || !Self.labels(of: $0.name, secret).isEmpty }
        let page = ListPage(all, after: call.text("NextToken"), limit: try call.integer("MaxResults") ?? 100)
        var answer: JSONObject = [
            "ARN": secret.record["ARN"] ?? .null, "Name": .string(secret.name),
            "Versions": .array(
                page.records.map { version in
                    [
                        "VersionId": .string(version.name), "VersionStages": secret.stages[version.name] ?? [],
                        "CreatedDate": version.value["CreatedDate"] ?? .null,
                    ]
                }),
        ]
        if let next = page.next { answer.append("NextToken", .string(next)) }
        return answer
    }

    /// A label is on one version: whoever gets it takes it. The version that was current becomes the previous one.
    private func label(_ id: String, _ labels: [String], _ secret: inout StoredSecret) {
        var moves = labels.map { (label: $0, id: id) }
        let was = secret.stages.members.first { Self.labels(of: $0.name, secret).contains(Self.current) }
        if labels.contains(Self.current), let was { moves.append((Self.previous, was.name)) }
        for move in moves {
            for version in secret.stages.members.map(\.name) {
                let left = Self.labels(of: version, secret).filter { $0 != move.label }
                secret.stages[version] = left.isEmpty ? nil : .array(left.map(JSONValue.string))
            }
            let kept = Self.labels(of: move.id, secret)
            secret.stages[move.id] = .array((kept + [move.label]).map(JSONValue.string))
        }
    }

    private static func labels(of version: String, _ secret: StoredSecret) -> [String] {
        (secret.stages[version]?.array ?? []).compactMap(\.string)
    }

    private func opened(
        _ version: JSONObject, _ secret: StoredSecret, _ id: String
    ) throws -> (member: String, value: String) {
        let value = try secrets.open(version["sealed"]?.string ?? "", for: "\(secret.name):\(id)")
        return (version["member"]?.string ?? "SecretString", value)
    }
}
