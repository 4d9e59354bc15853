package import AccountModel

/// A zip file (PKWARE APPNOTE 6.3) of stored entries: what one download of several files needs.
///
/// Nothing is compressed: keys and certificates hardly shrink, and every reader can do without.
package struct ZipArchive: Sendable {
    /// The permissions of an entry, which `unzip` restores.
    package enum Access: UInt32, Sendable {
        /// Everybody may read it.
        case all = 0o100644
        /// Only the owner may: it holds a secret.
        case owner = 0o100600
    }

    private struct Entry {
        let name: [UInt8]
        let crc: UInt32
        let size: UInt32
        let offset: UInt32
        let access: Access
    }

    /// The moment at which every file was made, as MS-DOS writes it: date, then time.
    private let moment: UInt32

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []

    /// Begins an archive.
    ///
    /// - Parameter time: When the files were made; years before 1980 do not exist in this format.
    package init(time: Timestamp) {
        let date = time.date
        let seconds = time.secondsSince1970 - time.startOfDay.secondsSince1970
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        let clock = UInt32(
            truncatingIfNeeded: hours << 11 | minutes << 5 | (seconds % 60) / 2
        )
        let day = UInt32(
            truncatingIfNeeded: (date.year - 1980) << 9 | date.month << 5 | date.day
        )
        let first: UInt32 = 1 << 5 | 1
        moment = (1980..<2108).contains(date.year) ? day << 16 | clock : first << 16
    }

    /// Adds a file.
    ///
    /// - Parameters:
    ///   - name: Its path in the archive, parts separated by `/`.
    ///   - content: Its bytes.
    ///   - access: Who may read it once it is unpacked.
    package mutating func add(_ name: String, _ content: [UInt8], for access: Access = .all) {
        let entry = Entry(
            name: Array(name.utf8),
            crc: CyclicRedundancyCheck.crc32(content),
            size: UInt32(truncatingIfNeeded: content.count),
            offset: UInt32(truncatingIfNeeded: bytes.count),
            access: access
        )
        entries.append(entry)
        append(0x0403_4B50 as UInt32, to: &bytes)
        appendCommon(of: entry, to: &bytes)
        bytes += entry.name + content
    }

    /// The whole file.
    package var file: [UInt8] {
        var directory: [UInt8] = []
        for entry in entries {
            append(0x0201_4B50 as UInt32, to: &directory)
            // Made by a Unix, so that the permissions count.
            append(3 << 8 | 20 as UInt16, to: &directory)
            appendCommon(of: entry, to: &directory)
            append(0 as UInt16, to: &directory)  // comment
            append(0 as UInt16, to: &directory)  // disk
            append(0 as UInt16, to: &directory)  // internal attributes
            append(entry.access.rawValue << 16, to: &directory)
            append(entry.offset, to: &directory)
            directory += entry.name
        }
        var end: [UInt8] = []
        append(0x0605_4B50 as UInt32, to: &end)
        append(0 as UInt32, to: &end)  // disks
        append(UInt16(truncatingIfNeeded: entries.count), to: &end)
        append(UInt16(truncatingIfNeeded: entries.count), to: &end)
        append(UInt32(truncatingIfNeeded: directory.count), to: &end)
        append(UInt32(truncatingIfNeeded: bytes.count), to: &end)
        append(0 as UInt16, to: &end)  // comment
        return bytes + directory + end
    }

    /// What stands both before a file and in the directory at the end.
    private func appendCommon(of entry: Entry, to bytes: inout [UInt8]) {
        append(20 as UInt16, to: &bytes)  // version 2.0 is needed to extract
        append(1 << 11 as UInt16, to: &bytes)  // names are UTF-8
        append(0 as UInt16, to: &bytes)  // stored
        append(moment, to: &bytes)
        append(entry.crc, to: &bytes)
        append(entry.size, to: &bytes)
        append(entry.size, to: &bytes)
        append(UInt16(truncatingIfNeeded: entry.name.count), to: &bytes)
        append(0 as UInt16, to: &bytes)  // extra
    }

    private func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}

/// The checksum of ISO 3309 that zip uses.
private enum CyclicRedundancyCheck {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
        }
    }

    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
    }
}
