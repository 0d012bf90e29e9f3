import AWSProtocol
import EmulatorClock

/// Secrets as a whole: made, described, listed, deleted, recovered, tagged.
struct SecretsManagerSecrets: Sendable {
    let versions: SecretVersions

    var operations: [String: ControlService.Operation] {
        [
            "CreateSecret": { try create($0, $1) }, "UpdateSecret": { try update($0, $1) },
            "DescribeSecret": { try describe($0, $1) }, "ListSecrets": { try list($0, $1) },
            "DeleteSecret": { try delete($0, $1) }, "RestoreSecret": { try restore($0, $1) },
            "TagResource": { try tag($0, $1) }, "UntagResource": { try untag($0, $1) },
            "GetResourcePolicy": { try policy($0, $1) },
        ]
    }

    private func create(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly(
            "Name", "ClientRequestToken", "Description", "KmsKeyId", "SecretBinary", "SecretString", "Tags",
            "ForceOverwriteReplicaSecret")
        var secret = try StoredSecret(creating: call, records)
        try versions.deleteAll(of: secret, records)
        secret.record = secret.record.merging(call.members("Description", "KmsKeyId"))
        secret.record = try Tags(list: call.parameters["Tags"])
            .added(to: secret.record, tooMany: SecretsManagerError.tooManyTags)
        let version = try versions.put(call, into: &secret, records)
        try save(&secret, call, records)
        return answer(secret, version: version)
    }

    /// Description, key, and a new value when one is given.
    private func update(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly(
            "SecretId", "ClientRequestToken", "Description", "KmsKeyId", "SecretBinary", "SecretString")
        var secret = try living(call, records)
        secret.record = secret.record.merging(call.members("Description", "KmsKeyId"))
        let version = try versions.put(call, into: &secret, records)
        try save(&secret, call, records)
        return answer(secret, version: version)
    }

    private func describe(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("SecretId")
        return described(try StoredSecret(call, records).record)
    }

    private func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("MaxResults", "NextToken", "Filters", "IncludePlannedDeletion")
        let names = try Self.names(call.parameters["Filters"])
        let listed = try records.all(StoredSecret.kind).filter { record in
            (call.flag("IncludePlannedDeletion") || record.value["DeletedDate"] == nil)
                && (names.isEmpty || names.contains { record.name.hasPrefix($0) })
        }
        let page = ListPage(listed, after: call.text("NextToken"), limit: try call.integer("MaxResults") ?? 100)
        var answer: JSONObject = ["SecretList": .array(page.records.map { .object(listedForm($0.value)) })]
        if let next = page.next { answer.append("NextToken", .string(next)) }
        return answer
    }

    /// A filter by the beginning of the name, the one that is kept.
    private static func names(_ filters: JSONValue?) throws -> [String] {
        try (filters?.array ?? []).flatMap { filter in
            guard filter["Key"]?.string == "name" else {
                throw NotImplemented("secretsmanager ListSecrets' filter \(filter["Key"]?.string ?? "")")
            }
            return (filter["Values"]?.array ?? []).compactMap(\.string)
        }
    }

    private func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("SecretId", "RecoveryWindowInDays", "ForceDeleteWithoutRecovery")
        let (window, isForced) = (try call.integer("RecoveryWindowInDays"), call.flag("ForceDeleteWithoutRecovery"))
        guard window == nil || !isForced else { throw SecretsManagerError.recoveryAndForce }
        guard (7...30).contains(window ?? 30) else { throw SecretsManagerError.invalidRecoveryWindow }
        var secret = try StoredSecret(call, records)
        let days = isForced ? 0 : Int64(window ?? 30)
        let end = call.now + .seconds(days * 86_400)
        if isForced {
            try versions.deleteAll(of: secret, records)
            try records.delete(StoredSecret.kind, secret.name)
        } else {
            guard !secret.isMarkedForDeletion else { throw SecretsManagerError.markedForDeletion }
            secret.record["DeletedDate"] = StoredSecret.date(end)
            try records.save(secret.record, StoredSecret.kind, secret.name)
        }
        return answer(secret, version: nil).merging(["DeletionDate": StoredSecret.date(end)])
    }

    private func restore(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("SecretId")
        var secret = try StoredSecret(call, records)
        secret.record["DeletedDate"] = nil
        try records.save(secret.record, StoredSecret.kind, secret.name)
        return answer(secret, version: nil)
    }

    private func tag(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("SecretId", "Tags")
        var secret = try living(call, records)
        secret.record = try Tags(list: call.parameters["Tags"])
            .added(to: secret.record, tooMany: SecretsManagerError.tooManyTags)
        try save(&secret, call, records)
        return [:]
    }

    private func untag(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("SecretId", "TagKeys")
        var secret = try living(call, records)
        secret.record = Tags.removed(call.texts("TagKeys"), from: secret.record)
        try save(&secret, call, records)
        return [:]
    }

    /// There is none: the operations that would set one are refused by name.
    private func policy(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("SecretId")
        return answer(try living(call, records), version: nil)
    }

    private func living(_ call: ControlCall, _ records: ControlRecords) throws -> StoredSecret {
        let secret = try StoredSecret(call, records)
        guard !secret.isMarkedForDeletion else { throw SecretsManagerError.markedForDeletion }
        return secret
    }

    private func save(_ secret: inout StoredSecret, _ call: ControlCall, _ records: ControlRecords) throws {
        secret.record["LastChangedDate"] = StoredSecret.date(call.now)
        try records.save(secret.record, StoredSecret.kind, secret.name)
    }

    private func answer(_ secret: StoredSecret, version: String?) -> JSONObject {
        var answer = JSONObject(["ARN", "Name"].map { ($0, secret.record[$0] ?? .null) })
        if let version { answer.append("VersionId", .string(version)) }
        return answer
    }

    private func described(_ record: JSONObject) -> JSONObject {
        record.without(Tags.member).merging(["Tags": Tags(of: record).list])
    }

    private func listedForm(_ record: JSONObject) -> JSONObject {
        var form = described(record).without("VersionIdsToStages")
        form["SecretVersionsToStages"] = record["VersionIdsToStages"] ?? [:]
        return form
    }
}
