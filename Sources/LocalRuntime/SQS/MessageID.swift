/// Message ids: random UUIDs of version 4, in the form that SQS gives them.
enum MessageID {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Written straight into the string: a busy queue makes tens of thousands a second.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        var high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        var low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return String(unsafeUninitializedCapacity: 36) { text in
            for index in 0..<36 {
                if index == 8 || index == 13 || index == 18 || index == 23 {
                    text[index] = UInt8(ascii: "-")
                } else {
                    text[index] = digits[Int(high >> 60)]
                    high = high << 4 | low >> 60
                    low <<= 4
                }
            }
            return 36
        }
    }
}
