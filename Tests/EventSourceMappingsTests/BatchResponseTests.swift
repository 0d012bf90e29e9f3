import Testing

@testable import EventSourceMappings

/// The documented table, row by row.
/// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
@Suite struct `The answer to a batch` {
    private static let ids: Set<String> = ["id2", "id4"]

    @Test(arguments: [
        "", "null", "{}", #"{"batchItemFailures": []}"#, #"{"batchItemFailures": null}"#, #"{"other": 1}"#,
    ])
    func `means complete success`(answer: String) {
        #expect(BatchResponse(Array(answer.utf8), ids: Self.ids) == .success)
    }

    @Test(arguments: [
        "{", "not json", "[]", #""text""#, "7",
        #"{"batchItemFailures": "id2"}"#,
        #"{"batchItemFailures": [{"itemIdentifier": ""}]}"#,
        #"{"batchItemFailures": [{"itemIdentifier": null}]}"#,
        #"{"batchItemFailures": [{"badKey": "id2"}]}"#,
        #"{"batchItemFailures": [{"itemIdentifier": "unknown"}]}"#,
        #"{"batchItemFailures": [{"itemIdentifier": "id2"}, {"itemIdentifier": "unknown"}]}"#,
        #"{"batchItemFailures": [{"itemIdentifier": 2}]}"#,
        #"{"batchItemFailures": [null]}"#,
    ])
    func `means complete failure`(answer: String) {
        #expect(BatchResponse(Array(answer.utf8), ids: Self.ids) == .wholeBatchFailed)
    }

    @Test func `names those that failed`() {
        let answer = #"{"batchItemFailures": [{"itemIdentifier": "id2"}, {"itemIdentifier": "id2"}]}"#
        #expect(BatchResponse(Array(answer.utf8), ids: Self.ids) == .failures(["id2"]))
    }
}
