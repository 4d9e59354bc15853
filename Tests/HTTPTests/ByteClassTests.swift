import Testing

@testable import HTTP

@Suite("ByteClass")
struct ByteClassTests {
    @Test("a token consists of exactly the tchar of RFC 9110 §5.6.2")
    func token() {
        let allowed = Set(
            "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8
        )
        for byte in UInt8.min...UInt8.max {
            #expect(ByteClass.isToken(byte) == allowed.contains(byte), "\(byte)")
        }
    }

    @Test("a field value holds HTAB, SP, visible characters and obs-text (RFC 9110 §5.5)")
    func fieldContent() {
        for byte in UInt8.min...UInt8.max {
            let isAllowed = byte == 9 || (byte >= 32 && byte != 127)
            #expect(ByteClass.isFieldContent(byte) == isAllowed, "\(byte)")
        }
    }

    @Test("digits have their values")
    func digits() {
        for byte in UInt8.min...UInt8.max {
            let text = String(UnicodeScalar(byte))
            #expect(ByteClass.decimal(byte) == (byte < 128 ? Int(text) : nil))
            let isSign = text == "+" || text == "-"
            #expect(ByteClass.hexadecimal(byte) == (isSign ? nil : Int(text, radix: 16)))
        }
    }
}
