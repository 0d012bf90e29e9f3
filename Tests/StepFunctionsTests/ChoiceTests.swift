import AWSProtocol
import Testing

@testable import StepFunctions

@Suite struct `Choice rules` {
    private func takes(_ rule: String, _ input: String) throws -> Bool {
        var run = try Run(
            #"{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{\#(rule),"Next":"Y"}],"Default":"N"},"#
                + #""Y":{"Type":"Pass","Result":true,"End":true},"N":{"Type":"Pass","Result":false,"End":true}}}"#,
            input: input)
        run.toEnd()
        return run.output == "true"
    }

    @Test(arguments: [
        (#""StringEquals":"b""#, #""b""#, true), (#""StringLessThan":"b""#, #""a""#, true),
        (#""StringGreaterThan":"b""#, #""a""#, false), (#""StringLessThanEquals":"b""#, #""b""#, true),
        (#""StringGreaterThanEquals":"b""#, #""c""#, true), (#""StringEqualsPath":"$.w""#, #""w""#, true),
        (#""StringEquals":"1""#, "1", false),
        (#""NumericEquals":1"#, "1.0", true), (#""NumericLessThan":5"#, "4", true),
        (#""NumericGreaterThan":5"#, "5", false),
        (#""NumericLessThanEquals":5"#, "5", true), (#""NumericGreaterThanEquals":5"#, "6", true),
        (#""NumericEquals":9007199254740993"#, "9007199254740992", false), (#""NumericLessThanPath":"$.n""#, "6", true),
        (#""BooleanEquals":true"#, "true", true), (#""BooleanEqualsPath":"$.yes""#, "false", false),
        (#""TimestampEquals":"2026-03-01T12:00:00Z""#, #""2026-03-01T13:00:00+01:00""#, true),
        (#""TimestampLessThan":"2026-03-01T12:00:00Z""#, #""2026-03-01T11:59:59.999Z""#, true),
        (#""TimestampGreaterThan":"2026-03-01T12:00:00Z""#, #""2026-03-01T12:00:00Z""#, false),
        (#""TimestampLessThanEquals":"2026-03-01T12:00:00Z""#, #""no time""#, false),
        (#""TimestampGreaterThanEqualsPath":"$.at""#, #""2026-03-02T00:00:00Z""#, true),
        (#""StringMatches":"log-*.txt""#, #""log-1.txt""#, true),
        (#""StringMatches":"log-*.txt""#, #""log-1.csv""#, false),
        (#""StringMatches":"a\\*b""#, #""a*b""#, true), (#""StringMatches":"a\\*b""#, #""axb""#, false),
        (#""StringMatches":"*a*a*""#, #""a""#, false), (#""StringMatches":"*""#, #""""#, true),
        (#""IsNull":true"#, "null", true), (#""IsPresent":true"#, "null", true), (#""IsString":true"#, "1", false),
        (#""IsNumeric":true"#, "1e3", true), (#""IsBoolean":false"#, "1", true),
        (#""IsTimestamp":true"#, #""2026-03-01T12:00:00Z""#, true), (#""IsTimestamp":true"#, #""2026""#, false),
    ]) func `an operator compares its own kind`(rule: String, value: String, expected: Bool) throws {
        let input = #"{"v":\#(value),"w":"w","n":7,"yes":true,"at":"2026-03-01T12:00:00Z"}"#
        #expect(try takes(#""Variable":"$.v",\#(rule)"#, input) == expected)
    }

    @Test func `And, Or and Not combine`() throws {
        let big = #"{"Variable":"$.n","NumericGreaterThan":5}"#
        let even = #"{"Variable":"$.even","BooleanEquals":true}"#
        #expect(try takes(#""And":[\#(big),\#(even)]"#, #"{"n":6,"even":true}"#))
        #expect(try !takes(#""And":[\#(big),\#(even)]"#, #"{"n":6,"even":false}"#))
        #expect(try takes(#""Or":[\#(big),\#(even)]"#, #"{"n":1,"even":true}"#))
        #expect(try takes(#""Not":\#(big)"#, #"{"n":1}"#))
        #expect(try takes(#""Not":{"Variable":"$.n","IsPresent":true}"#, "{}"))
        #expect(try takes(#""And":[{"Variable":"$.n","IsPresent":true},\#(big)]"#, #"{"n":9}"#))
    }

    @Test func `the context object can be asked`() throws {
        #expect(try takes(#""Variable":"$$.Execution.Name","StringEquals":"run""#, "{}"))
    }

    @Test func `a path that finds nothing fails the execution`() throws {
        var run = try Run(
            #"{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.x","IsNull":true,"Next":"Y"}]},"Y":{"Type":"Succeed"}}}"#
        )
        run.toEnd()
        #expect(run.failure?.error == "States.Runtime")
        #expect(
            run.failure?.cause
                == "An error occurred while executing the state 'C' (entered at the event id #2). Invalid path '$.x': "
                + "The choice state's condition path references an invalid value.")
    }

    @Test func `no match and no default fails as on AWS`() throws {
        var run = try Run(
            #"{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.x","StringEquals":"n","Next":"Y"}]},"Y":{"Type":"Succeed"}}}"#,
            input: #"{"x":"a"}"#)
        run.toEnd()
        #expect(run.types == ["ExecutionStarted", "ChoiceStateEntered", "ExecutionFailed"])
        #expect(
            run.failure?.cause
                == "An error occurred while executing the state 'C' (entered at the event id #2). "
                + "Failed to transition out of the state. The state does not point to a next state.")
    }
}
