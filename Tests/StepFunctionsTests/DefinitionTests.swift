import AWSProtocol
import TestSupport
import Testing

@testable import StepFunctions

@Suite struct `Definitions` {
    private static let pass = #"{"Type":"Pass","End":true}"#

    private func complaints(_ state: String) -> [String] {
        DefinitionReader.read(#"{"StartAt":"S","States":{"S":\#(state)}}"#).diagnostics.filter { $0.severity == .error }
            .map(\.text)
    }

    @Test(arguments: [
        (
            #"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}"#,
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next"
        ),
        (
            #"{"StartAt":"X","States":{"A":{"Type":"Pass","End":true}}}"#,
            "MISSING_TRANSITION_TARGET: Missing 'StartAt' target: X at /StartAt"
        ),
        (
            #"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true},"B":{"Type":"Pass","End":true}}}"#,
            "MISSING_TRANSITION_TARGET: State \"B\" is not reachable. at /States/B"
        ),
        (
            #"{"States":{"A":{"Type":"Pass","End":true}}}"#,
            "SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt] at /"
        ),
        (#"{"StartAt":"A"}"#, "SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /"),
        ("{}", "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"),
        ("{\n  \"StartAt\": }", "INVALID_JSON_DESCRIPTION: "),
        ("[]", "SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object"),
    ]) func `a machine's faults are told with their places`(definition: String, expected: String) {
        let texts = DefinitionReader.read(definition).diagnostics.map(\.text)
        #expect(texts.contains { $0.hasPrefix(expected) }, "\(texts)")
    }

    @Test(arguments: [
        (
            "machine",
            "Unrecognized token 'machine': was expecting (JSON String, Number, Array, Object or token "
                + "'null', 'true' or 'false')", 1, 8
        ),
        (
            "{\n \"a\": ?}",
            "Unexpected character ('?' (code 63)): expected a valid value (JSON String, Number, Array, "
                + "Object or token 'null', 'true' or 'false')", 2, 8
        ),
        ("{a", "Unexpected character ('a' (code 97)): was expecting double-quote to start field name", 1, 3),
        (
            #"{"a" 1}"#, "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
            1, 7
        ),
        (#"{"a":1 2}"#, "Unexpected character ('2' (code 50)): was expecting comma to separate Object entries", 1, 9),
        ("[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 1, 5),
    ]) func `what is not JSON is told in AWS's words`(text: String, message: String, line: Int, column: Int) throws {
        let error = try #require(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
        let complaint = JSONComplaint(error, in: text)
        #expect(complaint.message == message)
        #expect(complaint.place == "[Source: (String)\"\(text)\"; line: \(line), column: \(column)]")
    }

    @Test(arguments: [
        (#"{"Type":"Nope"}"#, "/States/S/Type"), (#"{"Type":"Pass"}"#, "/States/S"),
        (#"{"Type":"Pass","End":true,"Colour":1}"#, "/States/S/Colour"),
        (#"{"Type":"Task","Resource":"nope","End":true}"#, "/States/S/Resource"),
        (
            #"{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{"QueueUrl":"q"},"End":true}"#,
            "/States/S/Parameters"
        ),
        (#"{"Type":"Pass","ResultPath":"$.a[*]","End":true}"#, "/States/S/ResultPath"),
        (#"{"Type":"Pass","InputPath":"a","End":true}"#, "/States/S/InputPath"),
        (#"{"Type":"Pass","Parameters":{"x":{"a.$":"nope"}},"End":true}"#, "/States/S/Parameters/x/a.$"),
        (#"{"Type":"Pass","Parameters":{"a.$":1},"End":true}"#, "/States/S/Parameters/a.$"),
        (#"{"Type":"Wait","Seconds":1,"Timestamp":"2026-03-01T12:00:00Z","End":true}"#, "/States/S"),
        (#"{"Type":"Wait","Seconds":-1,"End":true}"#, "/States/S/Seconds"),
        (#"{"Type":"Wait","Timestamp":"noon","End":true}"#, "/States/S/Timestamp"),
        (#"{"Type":"Choice","Choices":[]}"#, "/States/S/Choices"),
        (#"{"Type":"Choice","Choices":[{"Variable":"x","IsNull":true,"Next":"S"}]}"#, "/States/S/Choices[0]/Variable"),
        (
            #"{"Type":"Choice","Choices":[{"Variable":"$.x","StringEquals":1,"Next":"S"}]}"#,
            "/States/S/Choices[0]/StringEquals"
        ),
        (#"{"Type":"Choice","Choices":[{"Variable":"$.x","Next":"S"}]}"#, "/States/S/Choices[0]"),
        (
            #"{"Type":"Choice","Choices":[{"And":[{"Variable":"$.x","IsNull":true,"Next":"S"}],"Next":"S"}]}"#,
            "/States/S/Choices[0]/And[0]/Next"
        ),
        (
            #"{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","Next":"S"}}}],"End":true}"#,
            "/States/S/Branches[0]/States/B/Next"
        ),
        (
            #"{"Type":"Parallel","Branches":[{"StartAt":"S","States":{"S":{"Type":"Pass","End":true}}}],"End":true}"#,
            "/States/S/Branches[0]/States/S"
        ),
        (#"{"Type":"Map","End":true}"#, "/States/S"),
        (
            #"{"Type":"Task","Resource":\#(echo),"Retry":[{"ErrorEquals":["States.ALL","X"]}],"End":true}"#,
            "/States/S/Retry[0]/ErrorEquals"
        ),
        (
            #"{"Type":"Task","Resource":\#(echo),"Retry":[{"ErrorEquals":["X"],"BackoffRate":0.5}],"End":true}"#,
            "/States/S/Retry[0]/BackoffRate"
        ),
        (
            #"{"Type":"Task","Resource":\#(echo),"Catch":[{"ErrorEquals":["X"],"Next":"T"}],"End":true}"#,
            "/States/S/Catch[0]/Next"
        ),
        (
            #"{"Type":"Task","Resource":\#(echo),"TimeoutSeconds":5,"HeartbeatSeconds":5,"End":true}"#,
            "/States/S/HeartbeatSeconds"
        ),
    ]) func `a state's faults are told with their places`(state: String, place: String) {
        let found = complaints(state)
        #expect(found.contains { $0.hasSuffix(" at \(place)") }, "\(found)")
    }

    @Test(arguments: [
        (#"{"Type":"Pass","QueryLanguage":"JSONata","End":true}"#, "JSONata"),
        (#"{"Type":"Pass","Assign":{"a":1},"End":true}"#, "Assign"),
        (#"{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:getObject","End":true}"#, "aws-sdk:s3:getObject"),
        (#"{"Type":"Task","Resource":"arn:aws:states:us-east-1:000000000000:activity:a","End":true}"#, "activities"),
        (
            #"{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED"},"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}"#,
            "DISTRIBUTED"
        ),
        (
            #"{"Type":"Task","Resource":"arn:aws:states:::dynamodb:getItem.waitForTaskToken","End":true}"#,
            "waitForTaskToken"
        ),
    ]) func `what AWS has and the emulator has not is refused by name`(state: String, name: String) {
        let outcome = DefinitionReader.read(#"{"StartAt":"S","States":{"S":\#(state)}}"#)
        #expect(outcome.definition == nil)
        #expect(outcome.notImplemented.contains { $0.contains(name) }, "\(outcome.notImplemented)")
    }

    @Test func `one fault is quoted once, several each`() {
        #expect(StepFunctionsError.invalidDefinition(["A"]).wire.message == "Invalid State Machine Definition: 'A'")
        #expect(
            StepFunctionsError.invalidDefinition(["A", "B"]).wire.message
                == "Invalid State Machine Definition: ''A', 'B''")
    }

    /// A valid machine with bytes changed: it is read, or refused with a place; it never crashes the reader.
    @Test(arguments: 0..<400)
    func `any text is a definition or is refused with a place`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = Array(Self.everything.utf8)
        for _ in 0..<Int.random(in: 1..<6, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 32..<127, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
            }
        }
        let outcome = DefinitionReader.read(String(decoding: bytes, as: UTF8.self))
        let isRefused = !outcome.notImplemented.isEmpty || outcome.diagnostics.contains { $0.severity == .error }
        #expect((outcome.definition == nil) == isRefused)
    }

    static let everything = #"""
        {"Comment":"c","StartAt":"P","TimeoutSeconds":60,"States":{
        "P":{"Type":"Pass","Parameters":{"a.$":"$.x","b.$":"States.Array(1,'t')"},"ResultPath":"$.p","Next":"T"},
        "T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},
        "Retry":[{"ErrorEquals":["A"],"IntervalSeconds":1,"MaxAttempts":2,"BackoffRate":2.0,"JitterStrategy":"FULL"}],
        "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.e","Next":"F"}],"TimeoutSeconds":9,"Next":"C"},
        "C":{"Type":"Choice","Choices":[{"And":[{"Variable":"$.n","NumericLessThan":3},{"Not":{"Variable":"$.s","StringMatches":"a*"}}],"Next":"W"}],"Default":"M"},
        "W":{"Type":"Wait","SecondsPath":"$.w","Next":"C"},
        "M":{"Type":"Map","ItemsPath":"$.l","MaxConcurrency":2,"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Succeed"}}},"Next":"L"},
        "L":{"Type":"Parallel","Branches":[{"StartAt":"L1","States":{"L1":{"Type":"Pass","End":true}}}],"Next":"E"},
        "E":{"Type":"Succeed"},"F":{"Type":"Fail","ErrorPath":"$.e.Error","Cause":"c"}}}
        """#

    @Test func `a machine with every kind of state is sound`() {
        let outcome = DefinitionReader.read(Self.everything)
        #expect(outcome.diagnostics.isEmpty, "\(outcome.diagnostics)")
        #expect(outcome.definition != nil)
    }
}
