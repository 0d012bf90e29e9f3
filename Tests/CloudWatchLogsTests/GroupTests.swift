import AWSProtocol
import EmulatorClock
import Testing

@Suite struct `Groups and streams over the wire` {
    @Test func `a group is made once, described, and gone when deleted`() async throws {
        let bench = try await Bench()
        let made = await bench.call("CreateLogGroup", ["logGroupName": "/aws/lambda/x", "tags": ["team": "data"]])
        #expect(made.status == 200 && made.json == [:])
        let again = await bench.call("CreateLogGroup", ["logGroupName": "/aws/lambda/x"])
        #expect(again.status == 400 && again.error == "ResourceAlreadyExistsException")
        #expect(again.message == "The specified log group already exists")
        let arn = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/x"
        #expect(
            await bench.call("DescribeLogGroups").json == [
                "logGroups": [
                    [
                        "arn": .string(arn + ":*"), "creationTime": .integer(Bench.noon.milliseconds),
                        "logGroupArn": .string(arn), "logGroupClass": "STANDARD", "logGroupName": "/aws/lambda/x",
                        "metricFilterCount": 0, "storedBytes": 0, "deletionProtectionEnabled": false,
                    ]
                ]
            ])
        await bench.call("TagResource", ["resourceArn": .string(arn), "tags": ["stage": "dev"]])
        await bench.call("UntagResource", ["resourceArn": .string(arn), "tagKeys": ["team"]])
        #expect(
            await bench.call("ListTagsForResource", ["resourceArn": .string(arn)])["tags"] == ["stage": "dev"])
        #expect(await bench.call("ListTagsLogGroup", ["logGroupName": "/aws/lambda/x"])["tags"] == ["stage": "dev"])
        #expect(await bench.call("DeleteLogGroup", ["logGroupName": "/aws/lambda/x"]).status == 200)
        let gone = await bench.call("DeleteLogGroup", ["logGroupName": "/aws/lambda/x"])
        #expect(gone.error == "ResourceNotFoundException")
        #expect(gone.message == "The specified log group does not exist.")
        #expect(
            await bench.call("ListTagsForResource", ["resourceArn": .string(arn)]).message
                == "The specified resource does not exist.")
    }

    @Test func `groups are listed by name, by prefix, by part, and in pages`() async throws {
        let bench = try await Bench()
        for name in ["b", "a/1", "a/2", "a/3", "ba"] {
            await bench.call("CreateLogGroup", ["logGroupName": .string(name)])
        }
        func names(_ members: JSONObject) async -> [String] {
            await bench.call("DescribeLogGroups", members).names("logGroups", "logGroupName")
        }
        #expect(await names([:]) == ["a/1", "a/2", "a/3", "b", "ba"])
        #expect(await names(["logGroupNamePrefix": "b"]) == ["b", "ba"])
        #expect(await names(["logGroupNamePattern": "a"]) == ["a/1", "a/2", "a/3", "ba"])
        let page = await bench.call("DescribeLogGroups", ["limit": 2, "logGroupNamePrefix": "a/"])
        #expect(page.names("logGroups", "logGroupName") == ["a/1", "a/2"])
        #expect(
            await names(["nextToken": try #require(page["nextToken"]), "logGroupNamePrefix": "a/"]) == ["a/3"])
        #expect(
            await bench.call("DescribeLogGroups", ["logGroupNamePrefix": "a", "logGroupNamePattern": "b"]).error
                == "InvalidParameterException")
    }

    @Test func `streams are listed by name and by their last event`() async throws {
        let bench = try await Bench()
        await bench.put([(5, "x")], stream: "early")
        await bench.put([(9, "x")], stream: "a-late")
        await bench.call("CreateLogStream", ["logGroupName": "g", "logStreamName": "never"])
        func names(_ members: JSONObject) async -> [String] {
            var all = members
            all["logGroupName"] = "g"
            return await bench.call("DescribeLogStreams", all).names("logStreams", "logStreamName")
        }
        #expect(await names([:]) == ["a-late", "early", "never"])
        #expect(await names(["logStreamNamePrefix": "e"]) == ["early"])
        #expect(await names(["orderBy": "LastEventTime", "descending": true]) == ["a-late", "early", "never"])
        #expect(await names(["orderBy": "LastEventTime"]) == ["never", "early", "a-late"])
        let page = await bench.call("DescribeLogStreams", ["logGroupName": "g", "limit": 1])
        #expect(await names(["nextToken": try #require(page["nextToken"])]) == ["early", "never"])
        let first = try #require(page["logStreams"]?.array?.first)
        #expect(first["firstEventTimestamp"] == .integer(Bench.noon.milliseconds + 9000))
        #expect(first["storedBytes"] == 0)
        let both = await bench.call(
            "DescribeLogStreams", ["logGroupName": "g", "orderBy": "LastEventTime", "logStreamNamePrefix": "e"])
        #expect(both.message == "Cannot order by LastEventTime with a logStreamNamePrefix.")
        await bench.call("DeleteLogStream", ["logGroupName": "g", "logStreamName": "early"])
        #expect(await names([:]) == ["a-late", "never"])
        #expect(await bench.call("FilterLogEvents", ["logGroupName": "g"]).messages.count == 1)
    }

    @Test(
        arguments: [
            (
                "CreateLogGroup", ["logGroupName": "a b"],
                "Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression "
                    + #"pattern: [\.\-_/#A-Za-z0-9]+"#
            ),
            (
                "CreateLogGroup", [:],
                "Value null at 'logGroupName' failed to satisfy constraint: Member must not be null"
            ),
            (
                "DescribeLogGroups", ["limit": 51],
                "Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"
            ),
            (
                "PutRetentionPolicy", ["logGroupName": "g", "retentionInDays": 2],
                "Value '2' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: "
                    + "[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, "
                    + "3288, 3653]"
            ),
        ] as [(String, JSONObject, String)])
    func `a constraint is told in AWS's words`(operation: String, members: JSONObject, text: String) async throws {
        let bench = try await Bench()
        let answer = await bench.call(operation, members)
        #expect(answer.error == "InvalidParameterException" && answer.status == 400)
        #expect(answer.message == "1 validation error detected: " + text)
    }

    @Test func `metric filters are kept and shown`() async throws {
        let bench = try await Bench()
        await bench.call("CreateLogGroup", ["logGroupName": "g"])
        let transformation: JSONValue = ["metricName": "Errors", "metricNamespace": "R", "metricValue": "1"]
        func put(_ name: String, _ pattern: String) async -> Answer {
            await bench.call(
                "PutMetricFilter",
                [
                    "logGroupName": "g", "filterName": .string(name), "filterPattern": .string(pattern),
                    "metricTransformations": [transformation],
                ])
        }
        #expect(await put("f", "ERROR").status == 200)
        #expect(await put("f", "{ $.level = ERROR }").status == 200)
        #expect(await put("h", "{").error == "InvalidParameterException")
        let filters = await bench.call("DescribeMetricFilters", ["logGroupName": "g"])["metricFilters"]?.array
        #expect(filters?.count == 1)
        #expect(filters?.first?["filterPattern"] == "{ $.level = ERROR }")
        #expect(filters?.first?["metricTransformations"]?.array?.first?["unit"] == nil)
        #expect(await bench.call("DescribeLogGroups")["logGroups"]?.array?.first?["metricFilterCount"] == 1)
        #expect(await bench.call("DeleteMetricFilter", ["logGroupName": "g", "filterName": "f"]).status == 200)
        #expect(
            await bench.call("DeleteMetricFilter", ["logGroupName": "g", "filterName": "f"]).message
                == "The specified metric filter does not exist.")
    }

    @Test func `what is not there is refused by its name`() async throws {
        let bench = try await Bench()
        let query = await bench.call("StartQuery", [:])
        #expect(query.status == 501 && query.message?.contains("StartQuery") == true)
        let protected = await bench.call("CreateLogGroup", ["logGroupName": "g", "deletionProtectionEnabled": true])
        #expect(protected.status == 501 && protected.message?.contains("deletionProtectionEnabled") == true)
    }
}
