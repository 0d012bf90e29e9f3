import AWSProtocol
import EmulatorClock
import TestSupport
import Testing

@testable import ControlPlane

@Suite struct `Metrics` {
    @Test func `values come back by period, whichever protocol they came in`() async throws {
        let account = try Account()
        let time = account.clock.now.rfc3339
        let put = await account.form(
            "monitoring", "PutMetricData",
            [
                "Namespace": "N", "MetricData.member.1.MetricName": "M", "MetricData.member.1.Value": "3",
                "MetricData.member.1.Timestamp": time, "MetricData.member.2.MetricName": "M",
                "MetricData.member.2.Values.member.1": "5", "MetricData.member.2.Counts.member.1": "2",
                "MetricData.member.2.Timestamp": time,
            ])
        #expect(put.status == 200)
        let asked: JSONValue = [
            "Namespace": "N", "MetricName": "M", "Period": 60, "Statistics": ["Sum", "SampleCount", "Minimum"],
            "StartTime": .integer(account.clock.now.seconds), "EndTime": .integer(account.clock.now.seconds + 60),
        ]
        let json = await account.send(
            "monitoring", headers: ["X-Amz-Target": "GraniteServiceVersion20100801.GetMetricStatistics"],
            Array(asked.bytes))
        let point = try #require(json.json["Datapoints"]?.array?.first)
        #expect(point["Sum"] == .double(13) && point["SampleCount"] == .double(3) && point["Minimum"] == .double(3))
        #expect(point["Timestamp"] == .double(Double(account.clock.now.milliseconds) / 1000))
        let cbor = await account.send(
            "monitoring", path: "/service/GraniteServiceVersion20100801/operation/GetMetricStatistics",
            headers: ["smithy-protocol": "rpc-v2-cbor"], CBOR.encode(asked))
        #expect(cbor.status == 200)
        #expect(try CBOR.decode(cbor.bytes)["Datapoints"]?.array?.first?["Timestamp"] == .string(time))
    }

    @Test func `metrics are listed with their dimensions`() async throws {
        let account = try Account()
        _ = await account.form(
            "monitoring", "PutMetricData",
            [
                "Namespace": "N", "MetricData.member.1.MetricName": "M", "MetricData.member.1.Value": "3",
                "MetricData.member.1.Dimensions.member.1.Name": "z",
                "MetricData.member.1.Dimensions.member.1.Value": "1",
                "MetricData.member.1.Dimensions.member.2.Name": "a",
                "MetricData.member.1.Dimensions.member.2.Value": "2",
            ])
        let listed = await account.form("monitoring", "ListMetrics", ["Namespace": "N"])
        #expect(
            listed.text.contains(
                "<Dimensions><member><Name>a</Name><Value>2</Value></member><member><Name>z</Name><Value>1</Value></member></Dimensions>"
            ))
        #expect(await account.form("monitoring", "ListMetrics", ["Namespace": "other"]).text.contains("<Metrics/>"))
    }

    @Test func `too many datapoints are refused with their number`() async throws {
        let answer = await (try Account()).form(
            "monitoring", "GetMetricStatistics",
            [
                "Namespace": "N", "MetricName": "M", "Period": "60", "Statistics.member.1": "Sum",
                "StartTime": "2026-03-01T00:00:00Z", "EndTime": "2026-03-03T00:00:00Z",
            ])
        #expect(answer.error == "InvalidParameterCombination")
        #expect(answer.element("Message")?.contains("2880 datapoints") == true)
    }

    @Test func `a log line without metrics is passed over`() {
        for line in [
            "plain", "{}", #"{"_aws":1}"#, #"{"_aws":{"Timestamp":1}}"#,
            #"{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{}]}}"#,
        ] {
            #expect(EmbeddedMetrics.metrics(in: line, account: "", region: "").isEmpty)
        }
    }

    @Test func `dashboards are kept as they are, and refused when they are none`() async throws {
        let account = try Account()
        let body = #"{"widgets":[{"type":"text"}]}"#
        #expect(
            await account.form("monitoring", "PutDashboard", ["DashboardName": "d", "DashboardBody": body]).status
                == 200)
        let read = await account.form("monitoring", "GetDashboard", ["DashboardName": "d"])
        #expect(read.element("DashboardBody")?.contains("widgets") == true)
        #expect(
            await account.form("monitoring", "PutDashboard", ["DashboardName": "d", "DashboardBody": "x"]).error
                == "InvalidParameterInput")
        #expect(await account.form("monitoring", "GetDashboard", ["DashboardName": "e"]).error == "ResourceNotFound")
        let deleted = await account.form("monitoring", "DeleteDashboards", ["DashboardNames.member.1": "d"])
        #expect(deleted.status == 200)
        #expect(deleted.text.contains("DeleteDashboardsResult"), "the Go SDK looks for the result, empty as it is")
        #expect(await account.form("monitoring", "GetDashboard", ["DashboardName": "d"]).error == "ResourceNotFound")
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `CBOR carries every value there and back`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = Self.random(&generator, depth: 0)
        #expect(try CBOR.decode(CBOR.encode(value)) == value)
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func `broken CBOR is refused`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = CBOR.encode(Self.random(&generator, depth: 0))
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: .min ... .max, using: &generator)
        }
        bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
        do {
            _ = try CBOR.decode(bytes)
        } catch {
            #expect(error is ControlError)
        }
    }

    @Test func `nesting without end is refused`() {
        #expect(throws: ControlError.self) { try CBOR.decode([UInt8](repeating: 0x81, count: 100_000)) }
        #expect(throws: ControlError.self) { try CBOR.decode([0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) }
    }

    private static func random(_ generator: inout SeededGenerator, depth: Int) -> JSONValue {
        switch Int.random(in: 0...(depth > 3 ? 4 : 6), using: &generator) {
        case 0: .null
        case 1: .bool(.random(using: &generator))
        case 2: .integer(Int64.random(in: .min ... .max, using: &generator))
        case 3: .double(Double.random(in: -1e9...1e9, using: &generator))
        case 4: .string(String(repeating: "é", count: Int.random(in: 0...40, using: &generator)))
        case 5:
            .array((0..<Int.random(in: 0...30, using: &generator)).map { _ in random(&generator, depth: depth + 1) })
        default:
            .object(
                JSONObject(
                    (0..<Int.random(in: 0...5, using: &generator)).map {
                        ("m\($0)", random(&generator, depth: depth + 1))
                    }))
        }
    }
}
