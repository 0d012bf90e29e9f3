import AWSProtocol

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html
    func describeEndpoints(_ call: Call) -> JSONObject {
        [
            "Endpoints": [
                ["Address": .string("dynamodb.\(call.region).amazonaws.com"), "CachePeriodInMinutes": 1440]
            ]
        ]
    }

    /// The quotas of a new account; none of them is enforced.
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html
    func describeLimits(_ call: Call) -> JSONObject {
        [
            "AccountMaxReadCapacityUnits": 80_000, "AccountMaxWriteCapacityUnits": 80_000,
            "TableMaxReadCapacityUnits": 40_000, "TableMaxWriteCapacityUnits": 40_000,
        ]
    }
}
