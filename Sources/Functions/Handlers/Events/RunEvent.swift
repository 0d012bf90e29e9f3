package import Lake

/// What leads from `extract` to the steps that work on one run: its answer, `enrich`'s answer, or both keys by hand.
package struct RunEvent: Sendable, Equatable, Decodable {
    package let runID: RunID
    package let bronze: BronzeKey

    private enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case bronzeKey = "bronze_key"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        bronze = try fields.bronzeKey(.bronzeKey)
        let expected = "the run_id of extract's answer, as it stands in bronze_key"
        guard let text = try fields.text(.runID, expected: expected) else {
            throw EventError.missing(field: CodingKeys.runID.rawValue, expected: expected)
        }
        guard let runID = RunID(text), runID.text == bronze.runID else {
            throw EventError.invalid(field: CodingKeys.runID.rawValue, value: text, expected: expected)
        }
        self.runID = runID
    }
}

extension KeyedDecodingContainer {
    /// The key of a bronze object; throws when there is none.
    func bronzeKey(_ key: Key) throws -> BronzeKey {
        let expected = "a key such as raw/dt=2026-03-01/hour=12/streams_RUN.parquet"
        guard let text = try text(key, expected: expected) else {
            throw EventError.missing(field: key.stringValue, expected: expected)
        }
        guard let bronze = BronzeKey(text) else {
            throw EventError.invalid(field: key.stringValue, value: text, expected: expected)
        }
        return bronze
    }
}
