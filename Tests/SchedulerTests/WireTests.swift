import AWSProtocol
import EmulatorClock
import Testing

@testable import Scheduler

@Suite struct `The Scheduler's interface` {
    @Test func `a schedule is made, read, listed, changed and deleted`() async throws {
        let bench = try await Bench()
        let made = await bench.make("rate(30 minutes)", ["Description": "half hours"])
        let arn = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s"
        #expect(made.status == 200 && made.json == ["ScheduleArn": .string(arn)])
        let read = await bench.call("GET", "/schedules/s?groupName=default")
        let start = JSONValue.integer(Bench.start.seconds)
        #expect(read["Arn"] == .string(arn) && read["GroupName"] == "default" && read["Name"] == "s")
        #expect(read["CreationDate"] == start && read["LastModificationDate"] == start)
        #expect(read["State"] == "ENABLED" && read["ScheduleExpressionTimezone"] == "UTC")
        #expect(read["FlexibleTimeWindow"] == ["Mode": "OFF"] && read["ActionAfterCompletion"] == "NONE")
        #expect(
            read["Target"]?["RetryPolicy"] == ["MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185])
        bench.clock.advance(by: .seconds(10))
        let changed = await bench.call(
            "PUT", "/schedules/s", Bench.schedule("cron(0 3 * * ? *)", ["State": "DISABLED"]))
        #expect(changed.json == ["ScheduleArn": .string(arn)])
        let after = await bench.call("GET", "/schedules/s")
        #expect(after["ScheduleExpression"] == "cron(0 3 * * ? *)" && after["Description"] == nil)
        #expect(after["CreationDate"] == start && after["LastModificationDate"] == .integer(Bench.start.seconds + 10))
        #expect(await bench.call("GET", "/schedules?State=DISABLED").names("Schedules") == ["s"])
        #expect(await bench.call("GET", "/schedules?State=ENABLED").names("Schedules") == [])
        #expect(await bench.call("DELETE", "/schedules/s").status == 200)
        let gone = await bench.call("GET", "/schedules/s")
        #expect(gone.status == 404 && gone.error == "ResourceNotFoundException")
        #expect(gone.message == "Schedule s does not exist.")
    }

    @Test func `the same call under the same token makes no second schedule`() async throws {
        let bench = try await Bench()
        #expect(await bench.make("rate(30 minutes)", ["ClientToken": "one"]).status == 200)
        #expect(await bench.make("rate(30 minutes)", ["ClientToken": "one"]).status == 200)
        let other = await bench.make("rate(30 minutes)", ["ClientToken": "two"])
        #expect(other.status == 409 && other.error == "ConflictException")
        #expect(other.message == "Schedule s already exists.")
    }

    @Test func `groups hold schedules and tags, and take both with them`() async throws {
        let bench = try await Bench()
        let made = await bench.call(
            "POST", "/schedule-groups/g", ["Tags": [["Key": "team", "Value": "data"]], "ClientToken": "t"])
        let arn = try #require(made["ScheduleGroupArn"]?.string)
        #expect(await bench.call("POST", "/schedule-groups/g", ["ClientToken": "t"]).status == 200)
        #expect(await bench.call("POST", "/schedule-groups/g", ["ClientToken": "u"]).error == "ConflictException")
        #expect(await bench.make("rate(1 hour)", ["GroupName": "g"]).status == 200)
        #expect(
            await bench.make("rate(1 hour)", ["GroupName": "nowhere"]).message
                == "Schedule group nowhere does not exist.")
        #expect(await bench.call("GET", "/schedules?ScheduleGroup=g").names("Schedules") == ["s"])
        #expect(await bench.call("GET", "/schedule-groups").names("ScheduleGroups") == ["default", "g"])
        let encoded = PercentEncoding.encode(arn)
        await bench.call("POST", "/tags/\(encoded)", ["Tags": [["Key": "stage", "Value": "dev"]]])
        await bench.call("DELETE", "/tags/\(encoded)?TagKeys=team&TagKeys=none")
        #expect(await bench.call("GET", "/tags/\(encoded)")["Tags"] == [["Key": "stage", "Value": "dev"]])
        #expect(await bench.call("DELETE", "/schedule-groups/g").status == 200)
        #expect(await bench.call("GET", "/schedules/s?groupName=g").status == 404)
        #expect(await bench.call("GET", "/schedule-groups/g").error == "ResourceNotFoundException")
        #expect(await bench.call("GET", "/tags/\(encoded)").error == "ResourceNotFoundException")
        #expect(await bench.call("DELETE", "/schedule-groups/default").error == "ValidationException")
    }

    @Test func `listings come in pages`() async throws {
        let bench = try await Bench()
        for name in ["c", "a1", "a3", "a2"] { await bench.make("rate(1 hour)", name: name) }
        let first = await bench.call("GET", "/schedules?MaxResults=2&NamePrefix=a")
        #expect(first.names("Schedules") == ["a1", "a2"])
        let token = PercentEncoding.encode(try #require(first["NextToken"]?.string))
        let second = await bench.call("GET", "/schedules?NamePrefix=a&NextToken=\(token)")
        #expect(second.names("Schedules") == ["a3"] && second["NextToken"] == nil)
        #expect(await bench.call("GET", "/schedules?NextToken=x").error == "ValidationException")
    }

    @Test(
        arguments: [
            (["ScheduleExpression": "often"], "Invalid Schedule Expression often."),
            (
                ["ScheduleExpressionTimezone": "Mars/Olympus"],
                "Invalid Schedule Expression Timezone Mars/Olympus."
            ),
            (
                ["State": "ASLEEP"],
                "1 validation error detected: Value 'ASLEEP' at 'state' failed to satisfy constraint: "
                    + "Member must satisfy enum value set: [ENABLED, DISABLED]"
            ),
            (
                ["FlexibleTimeWindow": ["Mode": "FLEXIBLE", "MaximumWindowInMinutes": 0]],
                "1 validation error detected: Value '0' at 'flexibleTimeWindow.maximumWindowInMinutes' failed to satisfy "
                    + "constraint: Member must have value greater than or equal to 1"
            ),
            (
                ["FlexibleTimeWindow": .null],
                "1 validation error detected: Value null at 'flexibleTimeWindow' failed to satisfy constraint: "
                    + "Member must not be null"
            ),
            (
                ["Target": ["Arn": .string(Bench.queue), "RoleArn": "me"]],
                "1 validation error detected: Value 'me' at 'target.roleArn' failed to satisfy constraint: Member must "
                    + #"satisfy regular expression pattern: ^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@\/-]+$"#
            ),
            (
                ["Target": ["Arn": .string(Bench.function), "RoleArn": .string(Bench.role), "Input": "{"]],
                "The Input of this target must be a well-formed JSON."
            ),
            (
                ["Target": ["Arn": .string(Bench.queue + ".fifo"), "RoleArn": .string(Bench.role)]],
                "SqsParameters.MessageGroupId must be provided when the target is a FIFO queue."
            ),
            (
                ["StartDate": .integer(Bench.start.seconds - 400)],
                "The StartDate you specify cannot be earlier than 5 minutes ago."
            ),
            (
                ["StartDate": .integer(Bench.start.seconds), "EndDate": .integer(Bench.start.seconds)],
                "The EndDate you specify must come after the StartDate."
            ),
        ] as [(JSONObject, String)])
    func `what is out of bounds is told`(members: JSONObject, message: String) async throws {
        let bench = try await Bench()
        let answer = await bench.make("rate(1 hour)", members)
        #expect(answer.status == 400 && answer.error == "ValidationException")
        #expect(answer.message == message)
    }

    @Test func `a name with other letters is refused`() async throws {
        let bench = try await Bench()
        let answer = await bench.make("rate(1 hour)", name: "a%20b")
        #expect(
            answer.message == "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: "
                + "Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$")
    }

    @Test(
        arguments: [
            (["Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"], "universal targets"),
            (["Arn": "arn:aws:ecs:us-east-1:000000000000:cluster/c", "EcsParameters": [:]], "EcsParameters"),
            (["Arn": "arn:aws:sns:us-east-1:000000000000:t"], "'sns'"),
        ] as [(JSONObject, String)])
    func `targets that are not there are refused by name`(target: JSONObject, word: String) async throws {
        let bench = try await Bench()
        let answer = await bench.make("rate(1 hour)", target: target)
        #expect(answer.status == 501 && answer.message?.contains(word) == true)
    }
}
