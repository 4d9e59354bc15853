package import AccountModel
package import AccountStore
import Synchronization

/// Calls somebody later; handed in, so that tests need no time.
package struct Alarm: Sendable {
    /// Calls the closure once, when the duration is over, on any thread.
    package let after: @Sendable (Duration, @escaping @Sendable () -> Void) -> Void

    /// Makes one.
    ///
    /// - Parameter after: Calls the closure once, when the duration is over, on any thread.
    package init(after: @escaping @Sendable (Duration, @escaping @Sendable () -> Void) -> Void) {
        self.after = after
    }
}

/// How waiting for a mail ended.
package enum MailWaitOutcome: Sendable, Hashable {
    /// The mail came, or was there.
    case mail(Mail)

    /// None came in time.
    case timeout

    /// The world is gone.
    case gone

    /// The database failed.
    case failed(StoreError)
}

/// Somebody who waits for a mail: no thread, no polling.
///
/// It looks when it begins, after each commit that brought mail, when the clock is steered, and at
/// the moment at which the clock, which runs by itself, gets to the next event.
package final class MailWait: Sendable {
    private struct State {
        var isOver = false
        var mailWatch: UInt64 = 0
        var clockWatch: (clock: WorldClock, number: UInt64)?
        var store: AccountStore?

        /// What the alarm is set for that counts.
        var appointment: Appointment?
    }

    /// When the clock gets to the next event, if it goes on as it does.
    private struct Appointment: Equatable {
        let clock: ClockState
        let event: Timestamp
    }

    private let state = Mutex(State())
    private let filter: MailFilter
    private let world: @Sendable () -> World?
    private let alarm: Alarm
    private let answer: @Sendable (MailWaitOutcome) -> Void

    private init(
        _ filter: MailFilter,
        _ world: @escaping @Sendable () -> World?,
        _ alarm: Alarm,
        _ answer: @escaping @Sendable (MailWaitOutcome) -> Void
    ) {
        self.filter = filter
        self.world = world
        self.alarm = alarm
        self.answer = answer
    }

    /// Waits for a mail.
    ///
    /// - Parameters:
    ///   - filter: Which one; of several the earliest.
    ///   - world: The world as it is whenever somebody looks: a reset puts another object in the
    ///     place of the first; nil when it is deleted.
    ///   - timeout: How long to wait, by the system's clock.
    ///   - alarm: Calls back later.
    ///   - answer: Called exactly once, perhaps before this returns, on any thread.
    package static func begin(
        _ filter: MailFilter,
        in world: @escaping @Sendable () -> World?,
        timeout: Duration,
        alarm: Alarm,
        answer: @escaping @Sendable (MailWaitOutcome) -> Void
    ) {
        let wait = MailWait(filter, world, alarm, answer)
        guard let now = world() else { return wait.end(.gone) }
        wait.watch(now)
        alarm.after(timeout) { wait.end(.timeout) }
        wait.look()
    }

    private func watch(_ world: World) {
        let store = world.store
        // Strong references: somebody waits only as long as the alarm does not go off.
        let mailWatch = store.mailArrivals.watch { self.look() }
        let clockWatch = world.clock.changes.watch { self.look() }
        let isOver = state.withLock { state in
            guard !state.isOver else { return true }
            state.mailWatch = mailWatch
            state.clockWatch = (world.clock, clockWatch)
            state.store = store
            return false
        }
        // The mail came between the two.
        guard isOver else { return }
        store.mailArrivals.leave(mailWatch)
        world.clock.changes.leave(clockWatch)
    }

    /// Looks whether the mail is there, and sees to it that somebody looks again.
    private func look() {
        guard !state.withLock({ $0.isOver }) else { return }
        guard let world = world() else { return end(.gone) }
        do throws(StoreError) {
            if let mail = try world.mailbox.first(filter) { return end(.mail(mail)) }
        } catch {
            return end(.failed(error))
        }
        makeAppointment(world)
    }

    /// What happens next may bring the mail; where the clock stands still nothing does.
    private func makeAppointment(_ world: World) {
        let next = Appointment(clock: world.clock.state, event: world.store.nextEventAt)
        guard let delay = world.clock.wait(until: next.event), delay < .seconds(86_400) else {
            return
        }
        let isNew = state.withLock { state in
            defer { state.appointment = next }
            return !state.isOver && state.appointment != next
        }
        guard isNew else { return }
        alarm.after(delay) {
            let isValid = self.state.withLock { state in
                guard state.appointment == next else { return false }
                state.appointment = nil
                return true
            }
            if isValid { self.look() }
        }
    }

    private func end(_ outcome: MailWaitOutcome) {
        let ended = state.withLock { state -> State? in
            guard !state.isOver else { return nil }
            defer { state = State(isOver: true) }
            return state
        }
        guard let ended else { return }
        ended.store?.mailArrivals.leave(ended.mailWatch)
        if let watch = ended.clockWatch { watch.clock.changes.leave(watch.number) }
        answer(outcome)
    }
}
