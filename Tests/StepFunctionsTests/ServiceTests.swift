import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import StepFunctions

/// Tasks that wait to be answered by the test.
final class OpenTasks: TaskTargets {
    private struct State {
        var waiting: [(call: TaskCall, answer: CheckedContinuation<TaskOutcome, Never>)] = []
        var watchers: [CheckedContinuation<Void, Never>] = []
        var isClosed = false
    }

    private let state = Mutex(State())

    func call(_ call: TaskCall) async -> TaskOutcome {
        await withCheckedContinuation { continuation in
            let (watchers, isClosed) = state.withLock { state in
                if !state.isClosed { state.waiting.append((call, continuation)) }
                defer { state.watchers = [] }
                return (state.watchers, state.isClosed)
            }
            watchers.forEach { $0.resume() }
            if isClosed { continuation.resume(returning: .failed(error: "Closed", cause: nil)) }
        }
    }

    /// Waits for the next call and answers it.
    func answer(_ make: (TaskCall) -> TaskOutcome) async {
        while true {
            if let next = state.withLock({ $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }) {
                next.answer.resume(returning: make(next.call))
                return
            }
            await called()
        }
    }

    /// Returns once a call waits.
    func called() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.waiting.isEmpty { state.watchers.append(continuation) }
                return !state.waiting.isEmpty
            }
            if isThere { continuation.resume() }
        }
    }

    /// Breaks off what is under way, as the end of the process does.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        waiting.forEach { $0.answer.resume(returning: .failed(error: "Closed", cause: nil)) }
    }
}

/// A service on a database of its own, spoken to over its wire.
struct Bench {
    let folder: TemporaryFolder
    let database: EmulatorDatabase
    let clock: VirtualClock
    let tasks: OpenTasks
    let service: StepFunctionsService

    init(
        folder: TemporaryFolder? = nil, now: Timestamp = Timestamp(milliseconds: 1_772_366_400_000)
    ) async throws {
        self.folder = try folder ?? TemporaryFolder()
        database = try EmulatorDatabase(
            at: self.folder.url.appending(path: "state.sqlite"), durability: .fast, schema: StepFunctionsService.schema)
        clock = VirtualClock(frozenAt: now)
        tasks = OpenTasks()
        service = StepFunctionsService(database: database, clock: clock, targets: tasks)
        try await service.start()
    }

    /// - Throws: `Refused` with the error's code.
    @discardableResult
    func call(_ operation: String, _ body: JSONValue, account: String = "000000000000") async throws -> JSONValue {
        let request = AWSRequest(
            http: HTTPRequest(
                method: "POST", path: "/", headers: ["X-Amz-Target": "AWSStepFunctions.\(operation)"],
                body: .bytes(body.bytes)),
            scope: CredentialScope(accessKeyID: account, service: "states"), requestID: "r", host: "127.0.0.1")
        let answer = await service.respond(to: request)
        let value = try JSONValue(parsing: answer.bytes)
        guard answer.status == 200 else {
            throw Refused(
                status: answer.status, type: value["__type"]?.string ?? "", message: value["message"]?.string ?? "")
        }
        return value
    }

    func create(_ definition: String, name: String = "machine") async throws -> String {
        try await call(
            "CreateStateMachine",
            [
                "name": .string(name), "definition": .string(definition),
                "roleArn": "arn:aws:iam::000000000000:role/rivulet",
            ])["stateMachineArn"]?.string ?? ""
    }

    func start(_ machine: String, name: String = "run", input: String = "{}") async throws -> String {
        try await call(
            "StartExecution", ["stateMachineArn": .string(machine), "name": .string(name), "input": .string(input)])[
                "executionArn"]?.string ?? ""
    }

    func status(_ execution: String) async throws -> String {
        try await call("DescribeExecution", ["executionArn": .string(execution)])["status"]?.string ?? ""
    }

    func types(_ execution: String) async throws -> [String] {
        let answer = try await call("GetExecutionHistory", ["executionArn": .string(execution), "maxResults": 1000])
        return (answer["events"]?.array ?? []).compactMap { $0["type"]?.string }
    }

    /// Breaks off as `kill -9` does, and starts anew on the same file.
    func restarted(after pause: Duration = .zero) async throws -> Bench {
        await service.stop()
        tasks.close()
        try await database.close()
        return try await Bench(folder: folder, now: clock.now + pause)
    }
}

struct Refused: Error, Equatable {
    let status: Int
    let type: String
    let message: String
    var code: String { type.split(separator: "#").last.map(String.init) ?? type }
}

@Suite(.timeLimit(.minutes(1))) struct `Executions` {
    static let wait = #"{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}"#
    static let task = #"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":\#(echo),"End":true}}}"#

    @Test func `a Wait goes on after a restart, when its time comes`() async throws {
        let before = try await Bench()
        let execution = try await before.start(try await before.create(Self.wait), input: #"{"a":1}"#)
        try await before.service.settled()
        let bench = try await before.restarted(after: .seconds(10))
        try await bench.service.settled()
        #expect(try await bench.status(execution) == "RUNNING")
        bench.clock.advance(by: .seconds(50))
        try await settle(bench)
        #expect(try await bench.status(execution) == "SUCCEEDED")
        #expect(
            try await bench.types(execution) == [
                "ExecutionStarted", "WaitStateEntered", "WaitStateExited", "ExecutionSucceeded",
            ])
        await bench.service.stop()
    }

    @Test func `a task under way is begun again after a restart`() async throws {
        let before = try await Bench()
        let execution = try await before.start(try await before.create(Self.task), input: #"{"a":1}"#)
        await before.tasks.called()
        let bench = try await before.restarted()
        await bench.tasks.answer { .succeeded($0.input) }
        try await settle(bench)
        let answer = try await bench.call("DescribeExecution", ["executionArn": .string(execution)])
        #expect(answer["status"] == "SUCCEEDED")
        #expect(answer["output"] == .string(#"{"a":1}"#))
        #expect(try await bench.types(execution).count == 7)
        await bench.service.stop()
    }

    @Test func `the same name and input give the running execution, anything else is refused`() async throws {
        let bench = try await Bench()
        let machine = try await bench.create(Self.wait)
        let execution = try await bench.start(machine)
        #expect(try await bench.start(machine) == execution)
        let refused = await #expect(throws: Refused.self) { try await bench.start(machine, input: "1") }
        #expect(refused?.type == "com.amazonaws.swf.service.v2.model#ExecutionAlreadyExists")
        #expect(refused?.message == "Execution Already Exists: '\(execution)'")
        try await bench.call("StopExecution", ["executionArn": .string(execution), "error": "E", "cause": "c"])
        #expect(try await bench.status(execution) == "ABORTED")
        let again = await #expect(throws: Refused.self) { try await bench.start(machine) }
        #expect(again?.code == "ExecutionAlreadyExists")
        await bench.service.stop()
    }

    @Test func `a token leads back to its task, once`() async throws {
        let bench = try await Bench()
        let machine = try await bench.create(
            #"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"},"End":true}}}"#
        )
        let execution = try await bench.start(machine)
        let token = Mutex("")
        await bench.tasks.answer { call in
            token.withLock { $0 = call.token ?? "" }
            return .succeeded(["MessageId": "m"])
        }
        try await bench.service.settled()
        let answer: JSONValue = ["taskToken": .string(token.withLock { $0 }), "output": #"{"done":1}"#]
        try await bench.call("SendTaskSuccess", answer)
        #expect(try await bench.status(execution) == "SUCCEEDED")
        let late = await #expect(throws: Refused.self) { try await bench.call("SendTaskSuccess", answer) }
        #expect(late?.code == "TaskTimedOut")
        let foreign = await #expect(throws: Refused.self) {
            try await bench.call("SendTaskHeartbeat", ["taskToken": "nonsense"])
        }
        #expect(foreign?.code == "InvalidToken")
        await bench.service.stop()
    }

    @Test func `a history is read page by page from either end`() async throws {
        let bench = try await Bench()
        let machine = try await bench.create(
            #"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Succeed"}}}"#)
        let execution = try await bench.start(machine)
        for isReverse in [false, true] {
            var ids: [Int] = []
            var token: JSONValue?
            repeat {
                var body: JSONObject = [
                    "executionArn": .string(execution), "maxResults": 2, "reverseOrder": .bool(isReverse),
                ]
                body["nextToken"] = token
                let page = try await bench.call("GetExecutionHistory", .object(body))
                ids += (page["events"]?.array ?? []).compactMap { $0["id"]?.integer }
                token = page["nextToken"]
            } while token != nil
            #expect(ids == (isReverse ? [6, 5, 4, 3, 2, 1] : [1, 2, 3, 4, 5, 6]))
        }
        let bare = try await bench.call(
            "GetExecutionHistory", ["executionArn": .string(execution), "includeExecutionData": false])
        #expect(bare["events"]?.array?[0]["executionStartedEventDetails"]?["input"] == nil)
        await bench.service.stop()
    }

    static let refusals: [(operation: String, body: JSONValue, code: String)] = [
        (
            "DescribeStateMachine", ["stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:none"],
            "StateMachineDoesNotExist"
        ),
        ("DescribeStateMachine", ["stateMachineArn": "nonsense"], "InvalidArn"),
        (
            "DescribeExecution", ["executionArn": "arn:aws:states:us-east-1:000000000000:execution:m:none"],
            "ExecutionDoesNotExist"
        ),
        ("DescribeExecution", ["executionArn": "arn:aws:states:us-east-1:000000000000:stateMachine:m"], "InvalidArn"),
        ("StartExecution", [:], "ValidationException"),
        (
            "CreateStateMachine", ["name": "a b", "definition": "{}", "roleArn": "arn:aws:iam::000000000000:role/r"],
            "InvalidName"
        ),
        (
            "CreateStateMachine", ["name": "a", "definition": "{}", "roleArn": "arn:aws:iam::000000000000:role/r"],
            "InvalidDefinition"
        ),
        ("CreateStateMachine", ["name": "a", "definition": "{}", "roleArn": "role"], "InvalidArn"),
        (
            "ListTagsForResource", ["resourceArn": "arn:aws:states:us-east-1:000000000000:stateMachine:none"],
            "ResourceNotFound"
        ),
        ("ListStateMachines", ["nextToken": "zz"], "InvalidToken"),
        ("ListStateMachines", ["maxResults": 1001], "ValidationException"),
        ("RedriveExecution", [:], "NotImplemented"), ("TestState", [:], "NotImplemented"),
        ("Nonsense", [:], "UnknownOperationException"),
    ]

    @Test(arguments: refusals)
    func `a refusal has AWS's code`(operation: String, body: JSONValue, code: String) async throws {
        let bench = try await Bench()
        let refused = await #expect(throws: Refused.self) { try await bench.call(operation, body) }
        #expect(refused?.code == code)
    }

    @Test func `input that is no JSON is refused`() async throws {
        let bench = try await Bench()
        let machine = try await bench.create(Self.wait)
        let refused = await #expect(throws: Refused.self) { try await bench.start(machine, input: "{") }
        #expect(refused?.code == "InvalidExecutionInput")
    }

    @Test func `a version keeps what was published`() async throws {
        let bench = try await Bench()
        let machine = try await bench.create(Self.wait)
        let version = try await bench.call("PublishStateMachineVersion", ["stateMachineArn": .string(machine)])
        #expect(version["stateMachineVersionArn"] == .string("\(machine):1"))
        try await bench.call(
            "UpdateStateMachine", ["stateMachineArn": .string(machine), "definition": .string(Self.task)])
        let then = try await bench.call("DescribeStateMachine", ["stateMachineArn": .string("\(machine):1")])
        #expect(then["definition"] == .string(Self.wait))
        let now = try await bench.call("DescribeStateMachine", ["stateMachineArn": .string(machine)])
        #expect(now["definition"] == .string(Self.task))
    }

    /// Waits until nothing is under way that the clock does not hold back.
    private func settle(_ bench: Bench) async throws {
        await bench.clock.settled()
        try await bench.service.settled()
    }
}
