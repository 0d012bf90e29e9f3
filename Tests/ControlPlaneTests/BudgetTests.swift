import AWSProtocol
import Testing

@testable import ControlPlane

@Suite struct `Budgets are kept` {
    private let account: Account

    init() throws {
        account = try Account()
    }

    private func call(_ operation: String, _ parameters: JSONObject = [:]) async -> Answer {
        let all = parameters.merging(["AccountId": "000000000000"])
        return await account.json("budgets", "AWSBudgetServiceGateway.\(operation)", .object(all))
    }

    private static let budget: JSONValue = [
        "BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": ["Amount": "10", "Unit": "USD"],
        "CostTypes": ["IncludeTax": false],
    ]
    private static let notification: JSONValue = [
        "NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80,
    ]

    @Test func `as they were written, with what AWS fills in`() async {
        #expect(await call("CreateBudget", ["Budget": Self.budget]).status == 200)
        let read = await call("DescribeBudget", ["BudgetName": "b"]).json["Budget"]
        #expect(read?["BudgetLimit"] == ["Amount": "10", "Unit": "USD"])
        #expect(read?["CostTypes"]?["IncludeTax"] == false && read?["CostTypes"]?["IncludeCredit"] == true)
        // 1 March 2026, the month in which the clock stands.
        #expect(read?["TimePeriod"] == ["Start": 1_772_323_200, "End": 3_706_473_600])
        #expect(await call("CreateBudget", ["Budget": Self.budget]).error == "DuplicateRecordException")
        #expect(await call("DescribeBudgets").json["Budgets"]?.array?.count == 1)
        #expect(await call("DeleteBudget", ["BudgetName": "b"]).status == 200)
        #expect(await call("DescribeBudget", ["BudgetName": "b"]).error == "NotFoundException")
    }

    @Test func `with whom to tell, under every spelling of a notification`() async {
        _ = await call("CreateBudget", ["Budget": Self.budget])
        let subscribers: JSONValue = [["SubscriptionType": "EMAIL", "Address": "a@b.c"]]
        let named: JSONObject = ["BudgetName": "b", "Notification": Self.notification]
        #expect(await call("CreateNotification", named.merging(["Subscribers": subscribers])).status == 200)
        #expect(
            await call("CreateNotification", named.merging(["Subscribers": subscribers])).error
                == "DuplicateRecordException")
        let spelled: JSONValue = [
            "NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": .number("80.0"),
            "ThresholdType": "PERCENTAGE",
        ]
        let other: JSONObject = ["BudgetName": "b", "Notification": spelled]
        #expect(await call("DescribeSubscribersForNotification", other).json["Subscribers"] == subscribers)
        _ = await call("UpdateBudget", ["NewBudget": Self.budget])
        #expect(
            await call("DescribeNotificationsForBudget", ["BudgetName": "b"]).json["Notifications"]
                == [Self.notification])
        #expect(await call("DeleteNotification", other).status == 200)
        #expect(await call("DeleteNotification", other).error == "NotFoundException")
    }

    @Test func `with their tags, and planned limits are refused by name`() async {
        _ = await call("CreateBudget", ["Budget": Self.budget, "ResourceTags": [["Key": "k", "Value": "v"]]])
        let arn: JSONObject = ["ResourceARN": "arn:aws:budgets::000000000000:budget/b"]
        #expect(await call("ListTagsForResource", arn).json["ResourceTags"] == [["Key": "k", "Value": "v"]])
        _ = await call("UntagResource", arn.merging(["ResourceTagKeys": ["k"]]))
        #expect(await call("ListTagsForResource", arn).json["ResourceTags"] == [])
        let planned: JSONObject = ["Budget": ["BudgetName": "p", "PlannedBudgetLimits": [:]]]
        #expect(await call("CreateBudget", planned).error == "NotImplemented")
    }
}
