import AWSProtocol
import EmulatorClock
import TestSupport
import Testing

@testable import StepFunctions

@Suite struct `Tokens` {
    private static let state =
        #"{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody":{"t.$":"$$.Task.Token"}},"HeartbeatSeconds":10,"TimeoutSeconds":60,"End":true}"#

    @Test func `a task with a token ends when somebody answers`() throws {
        var run = try Run.single(Self.state)
        run.apply(.started)
        let hasCalled = run.step { _ in .succeeded(["MessageId": "m"]) }
        #expect(hasCalled)
        #expect(run.types.last == "TaskSubmitted")
        let token = try #require(run.calls[0].token)
        #expect(run.calls[0].input["MessageBody"]?["t"]?.string == token)
        let task = try #require(run.interpreter.task(withToken: token))
        let isAlive = run.apply(.heartbeat(task))
        #expect(isAlive)
        let isAnswered = run.apply(.taskReported(task, .succeeded(["done": true])))
        #expect(isAnswered)
        #expect(run.output == #"{"done":true}"#)
        let isAnsweredTwice = run.apply(.taskReported(task, .succeeded(1)))
        #expect(!isAnsweredTwice)
    }

    @Test func `without a heartbeat it fails`() throws {
        var run = try Run.single(Self.state)
        run.toEnd { _ in .succeeded([:]) }
        #expect(run.failure?.error == "States.HeartbeatTimeout")
        #expect(run.elapsed == .seconds(10))
    }
}
