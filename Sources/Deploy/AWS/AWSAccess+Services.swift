import Foundation
import HTTPTransport

extension AWSAccess {
    struct Caller: Sendable, Equatable {
        let account: String
        let arn: String
    }

    /// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    func caller() async throws -> Caller {
        let response = try await send(
            "sts", "POST", "/", headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: Array("Action=GetCallerIdentity&Version=2011-06-15".utf8))
        let text = String(decoding: response.body, as: UTF8.self)
        return Caller(account: element("Account", in: text) ?? "", arn: element("Arn", in: text) ?? "")
    }

    struct LogEvent: Sendable, Decodable {
        /// Milliseconds since 1970.
        let timestamp: Int
        let message: String
    }

    /// A log group's events from an instant on, oldest first.
    /// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
    func logEvents(of group: String, since start: Date, filter: String?) async throws -> [LogEvent] {
        struct Input: Encodable {
            let logGroupName: String
            let startTime: Int
            let filterPattern: String?
            let nextToken: String?
        }
        struct Page: Decodable {
            let events: [LogEvent]?
            let nextToken: String?
        }
        var (events, token) = ([LogEvent](), String?.none)
        repeat {
            let page: Page = try await json(
                "logs", "Logs_20140328.FilterLogEvents",
                Input(
                    logGroupName: group, startTime: Int(start.timeIntervalSince1970 * 1000), filterPattern: filter,
                    nextToken: token))
            events += page.events ?? []
            token = page.nextToken
        } while token != nil
        return events.sorted { $0.timestamp < $1.timestamp }
    }

    /// The names of the alarms that are raised, of those whose name begins so.
    /// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
    func raisedAlarms(prefix: String) async throws -> [String] {
        let body = "Action=DescribeAlarms&Version=2010-08-01&StateValue=ALARM&MaxRecords=100&AlarmNamePrefix=\(prefix)"
        let response = try await send(
            "monitoring", "POST", "/", headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: Array(body.utf8))
        return String(decoding: response.body, as: UTF8.self).split(separator: "<AlarmName>").dropFirst()
            .map { String($0.prefix { $0 != "<" }) }
    }

    /// A mapping's state, such as `Enabled`.
    /// https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html
    func mappingState(_ id: String) async throws -> String {
        struct Answer: Decodable { let State: String }
        let response = try await send("lambda", "GET", "/2015-03-31/event-source-mappings/\(id)")
        return try JSONDecoder().decode(Answer.self, from: Data(response.body)).State
    }

    /// Makes a bucket, unless it is there.
    func makeBucket(_ name: String) async throws {
        do {
            try await send("s3", "PUT", "/\(name)")
        } catch let refusal as AWSRefusal where refusal.code == "BucketAlreadyOwnedByYou" {}
    }

    /// Deletes objects and then their bucket; what is absent is well.
    func deleteBucket(_ name: String, holding keys: [String]) async throws {
        do {
            for key in keys { try await send("s3", "DELETE", "/\(name)/\(key)") }
            try await send("s3", "DELETE", "/\(name)")
        } catch let refusal as AWSRefusal where refusal.code == "NoSuchBucket" {}
    }
}
