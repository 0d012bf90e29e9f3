import AWSProtocol
import EmulatorClock
import Foundation

/// Parameters, each with its newest version.
struct SSMParameters: Sendable {
    static let kind = RecordKind("ssm.parameter")

    let secrets: SecretBox

    /// Characters of a standard parameter and of an advanced one.
    private static let limits = ["Standard": 4096, "Advanced": 8192]

    var operations: [String: ControlService.Operation] {
        [
            "PutParameter": { try put($0, $1) }, "GetParameter": { try get($0, $1) },
            "GetParameters": { try getMany($0, $1) }, "GetParametersByPath": { try getByPath($0, $1) },
            "DescribeParameters": { try describe($0, $1) }, "DeleteParameter": { try delete($0, $1) },
            "DeleteParameters": { try deleteMany($0, $1) },
        ]
    }

    private func put(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly(
            "Name", "Value", "Type", "Description", "Overwrite", "KeyId", "Tier", "DataType", "AllowedPattern", "Tags")
        let name = try checkedName(call)
        let before = try records.value(Self.kind, name)
        guard before == nil || call.flag("Overwrite") else { throw SSMError.alreadyExists }
        guard call.parameters["Tags"]?.array?.isEmpty != false || !call.flag("Overwrite") else {
            throw SSMError.tagsWithOverwrite
        }
        let type = call.text("Type") ?? before?["Type"]?.string ?? "String"
        guard ["String", "StringList", "SecureString"].contains(type) else { throw SSMError.unsupportedType(type) }
        let tier = call.text("Tier") ?? before?["Tier"]?.string ?? "Standard"
        let version = (before?["Version"]?.integer ?? 0) + 1
        var parameter: JSONObject = [
            "Name": .string(name), "Type": .string(type), "Version": .integer(version), "Tier": .string(tier),
            "ARN": .string(call.arn("ssm", "parameter\(name.hasPrefix("/") ? "" : "/")\(name)")),
            "DataType": .string(call.text("DataType") ?? "text"),
            "LastModifiedDate": .double(Double(call.now.milliseconds) / 1000),
            "LastModifiedUser": .string("arn:aws:iam::\(call.account):root"), "Policies": [],
            Self.valueMember: .string(try stored(try checkedValue(call, tier: tier), type, name, version)),
        ]
        if type == "SecureString" { parameter.append("KeyId", call.parameters["KeyId"] ?? "alias/aws/ssm") }
        for member in ["Description", "AllowedPattern"] {
            if let value = call.parameters[member] ?? before?[member] { parameter.append(member, value) }
        }
        parameter = parameter.merging(JSONObject([(Tags.member, before?[Tags.member] ?? [:])]))
        parameter = try Tags(list: call.parameters["Tags"]).added(to: parameter, tooMany: SSMError.tooManyTags)
        try records.save(parameter, Self.kind, name)
        return ["Version": .integer(version), "Tier": .string(tier)]
    }

    private func get(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("Name", "WithDecryption")
        guard let parameter = try parameter(named: try call.required("Name"), call, records) else {
            throw SSMError.notFound
        }
        return ["Parameter": .object(parameter)]
    }

    private func getMany(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("Names", "WithDecryption")
        var found: [JSONValue] = []
        var absent: [JSONValue] = []
        for name in call.texts("Names") {
            if let parameter = try parameter(named: name, call, records) {
                found.append(.object(parameter))
            } else {
                absent.append(.string(name))
            }
        }
        return ["Parameters": .array(found), "InvalidParameters": .array(absent)]
    }

    private func getByPath(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("Path", "Recursive", "WithDecryption", "MaxResults", "NextToken")
        let path = try call.required("Path")
        let folder = path.hasSuffix("/") ? path : path + "/"
        let below = try records.all(Self.kind).filter { record in
            guard record.name.hasPrefix(folder) else { return false }
            return call.flag("Recursive") || !record.name.dropFirst(folder.count).contains("/")
        }
        let page = ListPage(below, after: call.text("NextToken"), limit: try call.integer("MaxResults") ?? 10)
        var answer: JSONObject = [
            "Parameters": .array(try page.records.map { .object(try opened($0.value, call)) })
        ]
        if let next = page.next { answer.append("NextToken", .string(next)) }
        return answer
    }

    private func describe(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("ParameterFilters", "MaxResults", "NextToken")
        let filters = try (call.parameters["ParameterFilters"]?.array ?? []).map(SSMFilter.init)
        let matching = try records.all(Self.kind).filter { record in filters.allSatisfy { $0.matches(record.value) } }
        let page = ListPage(matching, after: call.text("NextToken"), limit: try call.integer("MaxResults") ?? 50)
        var answer: JSONObject = [
            "Parameters": .array(page.records.map { .object($0.value.without(Self.valueMember, Tags.member)) })
        ]
        if let next = page.next { answer.append("NextToken", .string(next)) }
        return answer
    }

    private func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let name = try call.required("Name")
        guard try records.value(Self.kind, name) != nil else { throw SSMError.notFound }
        try records.delete(Self.kind, name)
        return [:]
    }

    private func deleteMany(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        var deleted: [JSONValue] = []
        var absent: [JSONValue] = []
        for name in call.texts("Names") {
            let isThere = try records.value(Self.kind, name) != nil
            if isThere { try records.delete(Self.kind, name) }
            isThere ? deleted.append(.string(name)) : absent.append(.string(name))
        }
        return ["DeletedParameters": .array(deleted), "InvalidParameters": .array(absent)]
    }

    private static let valueMember = "value"

    /// Finds `name`, an ARN, or `name:version`; the version must be the newest, the only one that is kept.
    private func parameter(
        named reference: String, _ call: ControlCall, _ records: ControlRecords
    ) throws -> JSONObject? {
        var name = reference
        if reference.hasPrefix("arn:"), let resource = reference.range(of: ":parameter") {
            name = String(reference[resource.upperBound...])
            if try records.value(Self.kind, name) == nil { name = String(name.dropFirst()) }
        }
        let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
        guard let first = parts.first, let record = try records.value(Self.kind, first) else { return nil }
        if parts.count > 1, record["Version"]?.integer != Int(parts[1]) {
            throw NotImplemented("ssm \(call.operation) of an earlier version or a label")
        }
        return try opened(record, call)
    }

    /// The record as `GetParameter` answers it; a SecureString stays sealed unless the call asks to decrypt it.
    private func opened(_ record: JSONObject, _ call: ControlCall) throws -> JSONObject {
        var answer = JSONObject(
            ["Name", "Type", "Version", "LastModifiedDate", "ARN", "DataType"].map { ($0, record[$0] ?? .null) })
        let value = record[Self.valueMember]?.string ?? ""
        let isSealed = record["Type"]?.string == "SecureString"
        let shown = isSealed && call.flag("WithDecryption") ? try secrets.open(value, for: context(record)) : value
        answer.append("Value", .string(shown))
        return answer
    }

    private func stored(_ value: String, _ type: String, _ name: String, _ version: Int) throws -> String {
        type == "SecureString" ? secrets.seal(value, for: "\(name):\(version)") : value
    }

    private func context(_ record: JSONObject) -> String {
        "\(record["Name"]?.string ?? ""):\(record["Version"]?.integer ?? 0)"
    }

    private func checkedName(_ call: ControlCall) throws -> String {
        let name = try call.required("Name")
        let isPlain = name.isMadeOfLettersDigits(and: "._-/")
        let first = name.split(separator: "/").first?.lowercased() ?? ""
        guard isPlain, (1...2048).contains(name.utf8.count), !first.hasPrefix("aws"), !first.hasPrefix("ssm") else {
            throw SSMError.invalidName
        }
        return name
    }

    private func checkedValue(_ call: ControlCall, tier: String) throws -> String {
        let value = try call.required("Value")
        let limit = Self.limits[tier] ?? 4096
        guard value.count <= limit else { throw SSMError.tooLarge(limit: limit) }
        if let pattern = call.text("AllowedPattern") {
            guard let expression = try? Regex(pattern), value.contains(expression) else {
                throw SSMError.patternMismatch
            }
        }
        return value
    }
}

/// One of `DescribeParameters`' filters.
/// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
struct SSMFilter {
    private let key: String
    private let option: String
    private let values: [String]

    init(_ filter: JSONValue) throws {
        key = filter["Key"]?.string ?? ""
        option = filter["Option"]?.string ?? "Equals"
        values = (filter["Values"]?.array ?? []).compactMap(\.string)
        guard ["Name", "Type", "Tier", "DataType", "KeyId"].contains(key) || key.hasPrefix("tag:") else {
            throw SSMError.invalidFilter(key)
        }
        guard ["Equals", "BeginsWith", "Contains"].contains(option) else {
            throw NotImplemented("ssm DescribeParameters' filter option \(option)")
        }
    }

    func matches(_ parameter: JSONObject) -> Bool {
        let value =
            key.hasPrefix("tag:")
            ? Tags(of: parameter).values[String(key.dropFirst(4))]?.string : parameter[key]?.string
        guard let value else { return false }
        return values.isEmpty
            || values.contains { candidate in
                switch option {
                case "BeginsWith": value.hasPrefix(candidate)
                case "Contains": value.contains(candidate)
                default: value == candidate
                }
            }
    }
}
