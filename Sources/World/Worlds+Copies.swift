package import AccountModel
internal import AccountStore
internal import FoundationEssentials
internal import PrivateCA
import Synchronization

// MARK: - Snapshots

/// A world as it once was, in a file beside it.
package struct WorldSnapshot: Sendable, Hashable {
    /// What it is called.
    package let name: String

    /// When it was made, by the system's clock.
    package let createdAt: Timestamp

    /// How large it is, in bytes.
    package let byteCount: Int
}

extension Worlds {
    /// Keeps a world as it is now, keys and clock included.
    ///
    /// - Parameters:
    ///   - snapshot: What it is called; one of that name is replaced.
    ///   - name: The world's name.
    /// - Returns: The snapshot.
    /// - Throws: ``WorldsError``.
    @discardableResult
    package func save(
        _ snapshot: String,
        of name: String
    ) throws(WorldsError) -> WorldSnapshot {
        let slot = try existingSlot(named: name)
        let path = try path(ofSnapshot: snapshot, of: slot)
        return try changing(slot) { world in
            var identity = try world.store.identity() ?? WorldIdentity(name: name)
            identity.name = name
            _ = try world.ca.certificatePEM
            try keep(self.image(of: world, keptAs: identity), at: path, of: slot)
            return try self.snapshot(snapshot, at: path, of: slot)
        }
    }

    /// Brings a world back to a snapshot, its clock and its CA too.
    ///
    /// - Parameters:
    ///   - snapshot: What it is called.
    ///   - name: The world's name.
    /// - Returns: The world as it is now.
    /// - Throws: ``WorldsError``; the world is as it was then.
    @discardableResult
    package func restore(_ snapshot: String, of name: String) throws(WorldsError) -> World {
        let slot = try existingSlot(named: name)
        defer { replacements.notify() }
        return try changing(slot) { world in
            try world.settle()
            let copy = try checked(snapshot, of: slot)
            let known = try usable(copy, of: slot, "snapshot \(snapshot)", .refused)
            let identity = try world.store.identity()
            let fresh = try replace(world.store, of: slot, by: copy, known, identity)
            slot.open.withLock { $0 = fresh }
            return fresh
        }
    }

    /// A snapshot as it is in its file, looked through for damage.
    func checked(_ snapshot: String, of slot: WorldSlot) throws(WorldsError) -> AccountStore {
        let image = try image(ofSnapshot: snapshot, of: slot)
        do throws(StoreOpeningError) {
            return try AccountStore.open(unknownImage: image, source: "snapshot \(snapshot)")
        } catch {
            throw WorldsError(.refused, error.description)
        }
    }

    /// The snapshots of a world.
    ///
    /// - Parameter name: The world's name.
    /// - Returns: The snapshots by name.
    /// - Throws: ``WorldsError`` when there is no such world.
    package func snapshots(of name: String) throws(WorldsError) -> [WorldSnapshot] {
        let slot = try existingSlot(named: name)
        var snapshots: [WorldSnapshot] = []
        for snapshot in names(ofSnapshotsOf: slot).sorted() {
            let path = try path(ofSnapshot: snapshot, of: slot)
            // One that was deleted in between is not there.
            if let known = try? self.snapshot(snapshot, at: path, of: slot) {
                snapshots.append(known)
            }
        }
        return snapshots
    }

    /// Deletes a snapshot.
    ///
    /// - Parameters:
    ///   - snapshot: What it is called.
    ///   - name: The world's name.
    /// - Throws: ``WorldsError`` when there is none.
    package func deleteSnapshot(_ snapshot: String, of name: String) throws(WorldsError) {
        let slot = try existingSlot(named: name)
        let path = try path(ofSnapshot: snapshot, of: slot)
        guard FileManager.default.fileExists(atPath: path) else { throw noSnapshot(snapshot, slot) }
        AccountStore.remove(fileAt: path)
    }

    /// A snapshot as the one file that another process can import.
    ///
    /// - Parameters:
    ///   - snapshot: What it is called.
    ///   - name: The world's name.
    /// - Returns: The bytes of a SQLite database; the CA's key is among them.
    /// - Throws: ``WorldsError`` when there is none.
    package func export(_ snapshot: String, of name: String) throws(WorldsError) -> [UInt8] {
        try image(ofSnapshot: snapshot, of: existingSlot(named: name))
    }

    /// Takes a file that ``export(_:of:)`` made, here or elsewhere, as a snapshot.
    ///
    /// - Parameters:
    ///   - image: The bytes of the file.
    ///   - snapshot: What the snapshot is called; one of that name is replaced.
    ///   - name: The name of the world that gets it.
    /// - Returns: The snapshot.
    /// - Throws: ``WorldsError`` when the file is none of ours, newer or damaged.
    @discardableResult
    package func `import`(
        _ image: [UInt8],
        as snapshot: String,
        of name: String
    ) throws(WorldsError) -> WorldSnapshot {
        let slot = try existingSlot(named: name)
        let path = try path(ofSnapshot: snapshot, of: slot)
        let store: AccountStore
        do throws(StoreOpeningError) {
            store = try AccountStore.open(unknownImage: image, source: "the file")
        } catch {
            throw WorldsError(.refused, error.description)
        }
        return try changing(slot) { _ in
            guard try store.state() != nil else {
                throw WorldsError(.refused, "the file has no world in it")
            }
            let image = try store.image()
            _ = try usable(store, of: slot, "the file", .refused)
            try keep(image, at: path, of: slot)
            return try self.snapshot(snapshot, at: path, of: slot)
        }
    }
}

// MARK: - Images

extension Worlds {
    /// Writes a world as it is now into a file, to begin another one from.
    func copy(_ world: World, to path: String, needsAuthority: Bool) throws {
        // A fork that began before the key was made would make another one.
        if needsAuthority { _ = try world.ca.certificatePEM }
        try world.settle()
        try world.store.writeImage(to: path)
    }

    /// A world as it is now, to be kept: it knows when it was made.
    func image(of world: World, keptAs identity: WorldIdentity) throws -> [UInt8] {
        try world.settle()
        var kept = identity
        kept.copiedAt = setup.systemTime().timestamp
        let copy = try AccountStore.open(image: try world.store.image(), source: world.name)
        try copy.become(kept)
        return try copy.image()
    }

    func image(
        ofSnapshot snapshot: String,
        of slot: WorldSlot
    ) throws(WorldsError) -> [UInt8] {
        let path = try path(ofSnapshot: snapshot, of: slot)
        do throws(StoreError) {
            if let image = try AccountStore.image(ofFileAt: path) { return image }
        } catch {
            throw WorldsError(.failed, "snapshot \(snapshot): \(error)")
        }
        throw noSnapshot(snapshot, slot)
    }

    private func noSnapshot(_ snapshot: String, _ slot: WorldSlot) -> WorldsError {
        let names = names(ofSnapshotsOf: slot).sorted().joined(separator: ", ")
        return WorldsError(
            .missing,
            "the world \(slot.name) has no snapshot \(snapshot); it has "
                + (names.isEmpty ? "none" : names)
        )
    }

    private func path(
        ofSnapshot snapshot: String,
        of slot: WorldSlot
    ) throws(WorldsError) -> String {
        let isGood =
            (1...64).contains(snapshot.utf8.count) && snapshot.first != "."
            && snapshot.utf8.allSatisfy { byte in
                byte < 0x80
                    && (Character(Unicode.Scalar(byte)).isLetter
                        || Character(Unicode.Scalar(byte)).isNumber || "-_.".utf8.contains(byte))
            }
        guard isGood else {
            throw WorldsError(
                .refused,
                "\"\(snapshot)\" is no name for a snapshot: give 1 to 64 letters, digits, hyphens, "
                    + "underscores and dots, without a dot in front"
            )
        }
        return "\(slot.snapshotsPath)/\(snapshot).sqlite"
    }

    private func names(ofSnapshotsOf slot: WorldSlot) -> [String] {
        let files = try? FileManager.default.contentsOfDirectory(atPath: slot.snapshotsPath)
        return (files ?? []).filter { $0.hasSuffix(".sqlite") }
            .map { String($0.dropLast(".sqlite".count)) }
    }

    private func keep(_ image: [UInt8], at path: String, of slot: WorldSlot) throws {
        let isNew = !FileManager.default.fileExists(atPath: path)
        guard !isNew || names(ofSnapshotsOf: slot).count < setup.snapshotsMax else {
            throw WorldsError(
                .full,
                "the world \(slot.name) has \(setup.snapshotsMax) snapshots: delete one first"
            )
        }
        try FileManager.default.createDirectory(
            atPath: slot.snapshotsPath,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        try AccountStore.write(image: image, to: path)
    }

    private func snapshot(
        _ name: String,
        at path: String,
        of slot: WorldSlot
    ) throws -> WorldSnapshot {
        guard let facts = AccountStore.facts(ofFileAt: path) else { throw noSnapshot(name, slot) }
        return WorldSnapshot(
            name: name,
            createdAt: facts.writtenAt,
            byteCount: facts.byteCount
        )
    }
}
