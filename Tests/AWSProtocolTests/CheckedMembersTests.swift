import AWSProtocol
import Testing

@Suite struct `Checked members` {
    private let members = CheckedMembers([
        "Name": "a b", "Limit": 51, "Tags": ["x", ""], "Target": ["Arn": "arn", "Age": 5], "Flag": true,
        "Nothing": .null,
    ])

    private func message(_ body: () throws -> Any?) -> String? {
        do {
            _ = try body()
            return nil
        } catch let violation as ConstraintViolation {
            return violation.message
        } catch {
            return (error as? MalformedMember)?.message
        }
    }

    @Test func `what is within its bounds is given`() throws {
        #expect(try members.string("Name", length: 1...3) == "a b")
        #expect(try members.integer("Limit", in: 1...51) == 51)
        #expect(try members.strings("Tags", count: 1...2) == ["x", ""])
        #expect(try members.structure("Target")?.required("Arn") == "arn")
        #expect(try members.bool("Flag") == true)
        #expect(try members.string("Nothing") == nil && !members.has("Nothing") && members.has("Flag"))
    }

    @Test func `what is out of bounds is told with its place`() {
        let head = "1 validation error detected: Value "
        let constraint = " failed to satisfy constraint: Member must "
        #expect(
            message { try members.string("Name", pattern: .letters("[a-z]+", and: "")) }
                == head + "'a b' at 'name'" + constraint + "satisfy regular expression pattern: [a-z]+")
        #expect(
            message { try members.string("Name", oneOf: ["A", "B"]) }
                == head + "'a b' at 'name'" + constraint + "satisfy enum value set: [A, B]")
        #expect(
            message { try members.integer("Limit", in: 1...50) }
                == head + "'51' at 'limit'" + constraint + "have value less than or equal to 50")
        #expect(
            message { try members.strings("Tags", length: 1...5) }
                == head + "'' at 'tags.2.member'" + constraint + "have length greater than or equal to 1")
        #expect(
            message { try members.strings("Tags", count: 0...1) }
                == head + "'[x, ]' at 'tags'" + constraint + "have length less than or equal to 1")
        #expect(
            message { try members.structure("Target")?.integer("Age", in: 60...90) }
                == head + "'5' at 'target.age'" + constraint + "have value greater than or equal to 60")
        #expect(message { try members.required("Nothing") } == head + "null at 'nothing'" + constraint + "not be null")
    }

    @Test func `a value of another type is told as such`() {
        #expect(message { try members.string("Limit") } == "NUMBER_VALUE can not be converted to a String")
        #expect(message { try members.integer("Name") } == "STRING_VALUE can not be converted to a Integer")
        #expect(message { try members.structure("Tags") } == "LIST_VALUE can not be converted to a Structure")
        #expect(message { try members.bool("Target") } == "STRUCTURE_VALUE can not be converted to a Boolean")
    }
}
