/// The line before the data of a chunk: its size, and extensions that nobody here understands.
struct ChunkLine: Hashable {
    /// The number of data bytes that follow.
    let size: UInt64

    /// The bytes of the line that are extension.
    let extensionBytes: Int

    /// Reads `1*HEXDIG *( BWS ";" … )` (RFC 9112 §7.1); what stands after the semicolon is passed
    /// over, but must be free of controls.
    static func read(_ line: Span<UInt8>) throws(Refusal) -> ChunkLine {
        var size: UInt64 = 0
        var index = 0
        while index < line.count, let digit = ByteClass.hexadecimal(line[index]) {
            guard index < 16 else {
                throw .badRequest("A chunk's size is beyond any number (RFC 9112 §7.1).")
            }
            size = size << 4 | UInt64(digit)
            index += 1
        }
        guard index > 0 else {
            throw .badRequest("A chunk's size is no hexadecimal number (RFC 9112 §7.1).")
        }
        let digits = index
        guard digits < line.count else { return ChunkLine(size: size, extensionBytes: 0) }

        while index < line.count, ByteClass.isWhiteSpace(line[index]) { index += 1 }
        guard index < line.count, line[index] == UInt8(ascii: ";") else {
            throw .badRequest("A chunk's size is followed by something else (RFC 9112 §7.1).")
        }
        while index < line.count {
            guard ByteClass.isFieldContent(line[index]) else {
                throw .badRequest("A chunk extension holds a control character (RFC 9112 §7.1.1).")
            }
            index += 1
        }
        return ChunkLine(size: size, extensionBytes: line.count - digits)
    }
}
