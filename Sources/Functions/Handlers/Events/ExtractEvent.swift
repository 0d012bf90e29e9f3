package import Lake

/// What starts a pull: an EventBridge event (`time`, `id`), a manual one (`time`, `run_id`), or `{}`. Other keys are
/// ignored.
///
/// https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
package struct ExtractEvent: Sendable, Equatable, Decodable {
    /// The instant at which the schedule fired.
    package var time: Instant?
    package var runID: RunID?
    /// EventBridge's own identifier of the event.
    package var id: String?

    private enum CodingKeys: String, CodingKey {
        case time, id
        case runID = "run_id"
    }

    package init(time: Instant? = nil, runID: RunID? = nil, id: String? = nil) {
        self.time = time
        self.runID = runID
        self.id = id
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.text(.id, expected: "EventBridge's identifier of the event")
        if let text = try fields.text(.time, expected: Self.timeForm) {
            guard let instant = Instant(rfc3339: text) else {
                throw EventError.invalid(field: "time", value: text, expected: Self.timeForm)
            }
            time = instant
        }
        if let text = try fields.text(.runID, expected: Self.runIDForm) {
            guard let given = RunID(text) else {
                throw EventError.invalid(field: "run_id", value: text, expected: Self.runIDForm)
            }
            runID = given
        }
    }

    private static let timeForm = "an RFC 3339 time such as 2026-03-01T12:00:00Z"
    private static let runIDForm = "1 to 128 ASCII letters, digits, dots, underscores and hyphens"
}
