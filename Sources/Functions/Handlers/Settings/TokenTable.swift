import AWSClient
import Twitch

/// The token that all instances of the functions share: one row by client id. The table holds nothing else, so that the
/// right to read it can be given to those alone who call Twitch.
struct TokenTable: SharedTokens {
    let name: String
    let dynamoDB: DynamoDBClient
    let clientID: String

    func read() async throws -> SharedToken {
        let row = try await dynamoDB.get(key: key, in: name, isConsistent: true)
        let text = row?["access_token"]?.string
        let expiry = row?["expires_at_ms"]?.wholeNumber.map { Duration.milliseconds($0) }
        return SharedToken(
            number: row?["issue_number"]?.wholeNumber.map { Int($0) } ?? 0,
            token: text.map { AppAccessToken(text: $0, expiry: expiry) })
    }

    func takeTurn(after seen: SharedToken, at now: Duration, until end: Duration) async throws -> Bool {
        do {
            try await dynamoDB.update(
                key: key, in: name,
                DynamoDBExpression(
                    "SET issue_number = :seen, turn_until_ms = :end",
                    values: [":seen": .number(seen.number), ":end": .milliseconds(of: end)]),
                if: DynamoDBExpression(
                    "attribute_not_exists(issue_number) OR (issue_number = :seen AND turn_until_ms < :now)",
                    values: [":seen": .number(seen.number), ":now": .milliseconds(of: now)]))
            return true
        } catch DynamoDBError.conditionalCheckFailed {
            return false
        }
    }

    func write(_ token: AppAccessToken, after seen: SharedToken) async throws {
        do {
            try await dynamoDB.update(
                key: key, in: name,
                DynamoDBExpression(
                    "SET access_token = :token, expires_at_ms = :expiry, issue_number = :next, turn_until_ms = :none",
                    values: [
                        ":token": .s(token.text), ":next": .number(seen.number + 1), ":none": .number(0),
                        ":expiry": token.expiry.map { .milliseconds(of: $0) } ?? .null,
                    ]),
                if: DynamoDBExpression("issue_number = :seen", values: [":seen": .number(seen.number)]))
        } catch DynamoDBError.conditionalCheckFailed {
            // Our turn was over and another instance wrote; ours is as good, for this process alone.
        }
    }

    private var key: DynamoDBItem { ["id": .s(clientID)] }
}

extension AttributeValue {
    fileprivate static func milliseconds(of duration: Duration) -> AttributeValue {
        .number(Int64(duration / .milliseconds(1)))
    }

    fileprivate var wholeNumber: Int64? {
        guard case .n(let text) = self else { return nil }
        return Int64(text)
    }
}
