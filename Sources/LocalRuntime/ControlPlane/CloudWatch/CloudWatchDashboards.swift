import AWSProtocol
import EmulatorClock

/// Dashboards are kept, not drawn.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
enum CloudWatchDashboards {
    private static let kind = RecordKind("cloudwatch.dashboard")

    static let operations: [String: ControlService.Operation] = [
        "PutDashboard": put, "GetDashboard": get, "ListDashboards": list, "DeleteDashboards": delete,
    ]

    @Sendable private static func put(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("DashboardName", "DashboardBody")
        let (name, body) = (try call.required("DashboardName"), try call.required("DashboardBody"))
        guard let document = try? JSONValue(parsing: body), document["widgets"]?.array != nil else {
            throw CloudWatchError.badDashboard("it is no JSON object with a list of widgets")
        }
        try records.save(
            ["DashboardBody": .string(body), "LastModified": .string(call.now.rfc3339)], kind, name)
        return ["DashboardValidationMessages": []]
    }

    @Sendable private static func get(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let name = try call.required("DashboardName")
        guard let dashboard = try records.value(kind, name) else { throw CloudWatchError.noDashboard(name) }
        return [
            "DashboardName": .string(name), "DashboardArn": .string(arn(name, call)),
            "DashboardBody": dashboard["DashboardBody"] ?? "",
        ]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("DashboardNamePrefix", "NextToken")
        let prefix = call.text("DashboardNamePrefix") ?? ""
        let listed = try records.all(kind).filter { $0.name.hasPrefix(prefix) }
        let page = ListPage(listed, after: call.text("NextToken"), limit: 1000)
        let entries = page.records.map { record -> JSONValue in
            [
                "DashboardName": .string(record.name), "DashboardArn": .string(arn(record.name, call)),
                "LastModified": record.value["LastModified"] ?? .null,
                "Size": .integer(record.value["DashboardBody"]?.string?.utf8.count ?? 0),
            ]
        }
        var answer: JSONObject = ["DashboardEntries": .array(entries)]
        if let next = page.next { answer.append("NextToken", .string(next)) }
        return answer
    }

    @Sendable private static func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let names = call.texts("DashboardNames")
        for name in names where try records.value(kind, name) == nil { throw CloudWatchError.noDashboard(name) }
        for name in names { try records.delete(kind, name) }
        return [:]
    }

    private static func arn(_ name: String, _ call: ControlCall) -> String {
        "arn:aws:cloudwatch::\(call.account):dashboard/\(name)"
    }
}
