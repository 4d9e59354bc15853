import Synchronization
import Testing

@testable import AccountStore

@Suite("Watchers")
struct WatchersTests {
    @Test("are told in order until they leave")
    func order() {
        let watchers = Watchers()
        let told = Mutex<[Int]>([])
        let first = watchers.watch { told.withLock { $0.append(1) } }
        _ = watchers.watch { told.withLock { $0.append(2) } }
        watchers.notify()
        watchers.leave(first)
        watchers.notify()
        #expect(told.withLock(\.self) == [1, 2, 2])
        #expect(watchers.count == 1)
    }

    @Test("may leave while they are told")
    func leaving() {
        let watchers = Watchers()
        let number = Mutex<UInt64>(0)
        let count = Mutex(0)
        let watch = watchers.watch {
            count.withLock { $0 += 1 }
            watchers.leave(number.withLock(\.self))
        }
        number.withLock { $0 = watch }
        watchers.notify()
        watchers.notify()
        #expect(count.withLock(\.self) == 1)
    }
}
