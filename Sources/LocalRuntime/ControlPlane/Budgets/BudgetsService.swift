import AWSProtocol
import EmulatorClock

extension ControlService {
    /// Budgets, kept and read back. Nothing costs anything here, so that no budget is ever spent and nobody is told.
    /// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Budgets.html
    package static func budgets(_ foundation: ControlFoundation) -> ControlService {
        ControlService(
            "budgets", .json(prefix: "AWSBudgetServiceGateway"), isGlobal: true,
            Budgets.operations.merging(BudgetNotifications.operations) { $1 }, foundation)
    }
}

enum BudgetsError: ServiceError {
    case noBudget(String)
    case budgetExists(String)
    case noNotification
    case notificationExists
    case tooManyTags

    var wire: WireError {
        switch self {
        case .noBudget(let name):
            WireError("NotFoundException", "Unable to get budget: \(name) - the budget doesn't exist.")
        case .budgetExists(let name):
            WireError("DuplicateRecordException", "Error creating budget: \(name) - the budget already exists.")
        case .noNotification: WireError("NotFoundException", "The notification doesn't exist.")
        case .notificationExists: WireError("DuplicateRecordException", "The notification already exists.")
        case .tooManyTags: WireError("ServiceQuotaExceededException", "The number of tags exceeds the limit of 50.")
        }
    }
}

/// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
enum Budgets {
    static let kind = RecordKind("budgets.budget")
    static let notifications = "notifications"

    static let operations: [String: ControlService.Operation] = [
        "CreateBudget": create, "DescribeBudget": describe, "DescribeBudgets": list, "UpdateBudget": update,
        "DeleteBudget": delete,
    ].merging(tagging.operations) { $1 }

    /// `arn:aws:budgets::<account>:budget/<name>`
    private static let tagging = Tagging(
        kind: kind, arnMember: "ResourceARN", tagsMember: "ResourceTags", keysMember: "ResourceTagKeys",
        tooMany: BudgetsError.tooManyTags
    ) { arn in
        let name = arn.split(separator: "/", maxSplits: 1).last.map(String.init) ?? ""
        return (name, BudgetsError.noBudget(name))
    }

    @Sendable private static func create(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("AccountId", "Budget", "NotificationsWithSubscribers", "ResourceTags")
        let budget = try call.object("Budget")
        let name = try self.name(of: budget)
        guard try records.value(kind, name) == nil else { throw BudgetsError.budgetExists(name) }
        var record = try completed(budget, at: call.now)
        record[notifications] = call.parameters["NotificationsWithSubscribers"] ?? []
        record = try Tags(list: call.parameters["ResourceTags"]).added(to: record, tooMany: BudgetsError.tooManyTags)
        try records.save(record, kind, name)
        return [:]
    }

    @Sendable private static func describe(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("AccountId", "BudgetName")
        let name = try call.required("BudgetName")
        guard let record = try records.value(kind, name) else { throw BudgetsError.noBudget(name) }
        return ["Budget": .object(record.without(notifications, Tags.member))]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("AccountId", "MaxResults", "NextToken")
        let page = ListPage(
            try records.all(kind), after: call.text("NextToken"), limit: try call.integer("MaxResults") ?? 100)
        var answer: JSONObject = [
            "Budgets": .array(page.records.map { .object($0.value.without(notifications, Tags.member)) })
        ]
        if let next = page.next { answer.append("NextToken", .string(next)) }
        return answer
    }

    @Sendable private static func update(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("AccountId", "NewBudget")
        let budget = try call.object("NewBudget")
        let name = try self.name(of: budget)
        let now = call.now
        try records.update(kind, name, orThrow: BudgetsError.noBudget(name)) { record in
            let kept = JSONObject([notifications, Tags.member].map { ($0, record[$0] ?? .null) })
            record = try completed(budget, at: now).merging(kept)
        }
        return [:]
    }

    @Sendable private static func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("AccountId", "BudgetName")
        let name = try call.required("BudgetName")
        guard try records.value(kind, name) != nil else { throw BudgetsError.noBudget(name) }
        try records.delete(kind, name)
        return [:]
    }

    private static func name(of budget: JSONObject) throws -> String {
        guard let name = budget["BudgetName"]?.string else {
            throw ControlError.null(member: "Budget.BudgetName", service: "budgets")
        }
        return name
    }

    /// With what AWS fills in: the period from this month on, which costs count, and what was spent.
    private static func completed(_ budget: JSONObject, at now: Timestamp) throws -> JSONObject {
        guard budget["PlannedBudgetLimits"] == nil, budget["AutoAdjustData"] == nil else {
            throw NotImplemented("budgets: planned and adjusted limits")
        }
        let month = String(now.rfc3339.prefix(7)) + "-01T00:00:00.000Z"
        let begin = Timestamp(rfc3339: month) ?? now
        var period: JSONObject = ["Start": .integer(begin.seconds), "End": .integer(Self.endOfTime)]
        period = period.merging(budget["TimePeriod"]?.object ?? [:])
        let included = JSONObject(Self.costs.map { ($0, JSONValue.bool(!$0.hasPrefix("Use"))) })
        return budget.merging([
            "TimePeriod": .object(period),
            "CostTypes": .object(included.merging(budget["CostTypes"]?.object ?? [:])),
            "CalculatedSpend": ["ActualSpend": ["Amount": "0.0", "Unit": "USD"]],
            "LastUpdatedTime": .double(Double(now.milliseconds) / 1000),
        ])
    }

    /// 15 June 2087, AWS's end of a budget without one.
    private static let endOfTime = 3_706_473_600
    private static let costs = [
        "IncludeTax", "IncludeSubscription", "UseBlended", "IncludeRefund", "IncludeCredit", "IncludeUpfront",
        "IncludeRecurring", "IncludeOtherSubscription", "IncludeSupport", "IncludeDiscount", "UseAmortized",
    ]
}

/// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_NotificationWithSubscribers.html
enum BudgetNotifications {
    static let operations: [String: ControlService.Operation] = [
        "CreateNotification": create, "DeleteNotification": delete, "DescribeNotificationsForBudget": list,
        "DescribeSubscribersForNotification": subscribers,
    ]

    @Sendable private static func create(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("AccountId", "BudgetName", "Notification", "Subscribers")
        let notification = try call.object("Notification")
        let subscribers = call.parameters["Subscribers"] ?? []
        try change(call, records) { all in
            guard !all.contains(where: { isSame($0, notification) }) else { throw BudgetsError.notificationExists }
            all.append(["Notification": .object(notification), "Subscribers": subscribers])
        }
        return [:]
    }

    @Sendable private static func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("AccountId", "BudgetName", "Notification")
        let notification = try call.object("Notification")
        try change(call, records) { all in
            guard let index = all.firstIndex(where: { isSame($0, notification) }) else {
                throw BudgetsError.noNotification
            }
            all.remove(at: index)
        }
        return [:]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("AccountId", "BudgetName", "MaxResults", "NextToken")
        var found: [JSONValue] = []
        try change(call, records) { found = $0.compactMap { $0["Notification"] } }
        return ["Notifications": .array(found)]
    }

    @Sendable private static func subscribers(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("AccountId", "BudgetName", "Notification", "MaxResults", "NextToken")
        let notification = try call.object("Notification")
        var found: JSONValue?
        try change(call, records) { found = $0.first { isSame($0, notification) }?["Subscribers"] }
        guard let found else { throw BudgetsError.noNotification }
        return ["Subscribers": found]
    }

    private static func change(
        _ call: ControlCall, _ records: ControlRecords, _ change: (inout [JSONValue]) throws -> Void
    ) throws {
        let name = try call.required("BudgetName")
        try records.update(Budgets.kind, name, orThrow: BudgetsError.noBudget(name)) { record in
            var all = record[Budgets.notifications]?.array ?? []
            try change(&all)
            record[Budgets.notifications] = .array(all)
        }
    }

    /// What is absent has AWS's default, and a number may be spelled in two ways.
    private static func isSame(_ stored: JSONValue, _ wanted: JSONObject) -> Bool {
        func form(_ notification: JSONObject) -> [String] {
            let number: String = if case .number(let text) = notification["Threshold"] ?? .null { text } else { "" }
            let texts = ["NotificationType", "ComparisonOperator"].map { notification[$0]?.string ?? "" }
            return texts + [notification["ThresholdType"]?.string ?? "PERCENTAGE", "\(Double(number) ?? 0)"]
        }
        return form(stored["Notification"]?.object ?? [:]) == form(wanted)
    }
}
