import Synchronization
import Testing

@testable import HTTP

/// Counts, from any thread.
private final class Tally: Sendable {
    private let number = Atomic<Int>(0)

    var count: Int { number.load(ordering: .relaxed) }

    func add() { number.add(1, ordering: .relaxed) }
}

@Suite("Responder")
struct ResponderTests {
    @Test("only the first answer is delivered")
    func first() {
        let tally = Tally()
        let responder = Responder { response in
            tally.add()
            #expect(response.status == 201)
        }
        #expect(responder.respond(Response(status: 201)))
        #expect(!responder.respond(Response(status: 202)))
        #expect(tally.count == 1)
    }

    @Test("whoever waits with it is told once that the client has gone")
    func gone() {
        let (delivered, told) = (Tally(), Tally())
        let responder = Responder { _ in delivered.add() }
        responder.onGone { told.add() }
        responder.onGone { told.add() }
        #expect(!responder.isGone)
        responder.noteGone()
        responder.noteGone()
        #expect(responder.isGone)
        #expect(told.count == 2)
        responder.onGone { told.add() }
        #expect(told.count == 3)
        #expect(!responder.respond(Response(status: 200)))
        #expect(delivered.count == 0)
    }

    @Test("after the answer nobody is told of the client's going")
    func answered() {
        let told = Tally()
        let responder = Responder { _ in }
        responder.onGone { told.add() }
        responder.respond(Response(status: 200))
        responder.noteGone()
        responder.onGone { told.add() }
        #expect(told.count == 0)
        #expect(!responder.isGone)
    }
}

@Suite("StreamWriter")
struct StreamWriterTests {
    @Test("gathers what is written, and announces it once until it is taken")
    func gathers() {
        let news = Tally()
        let writer = StreamWriter(unsentBytesMax: 10) { news.add() }
        #expect(writer.write([1, 2]))
        #expect(writer.write([]))
        #expect(writer.write([3]))
        #expect(news.count == 1)
        let taken = writer.take()
        #expect(taken.bytes == [1, 2, 3])
        #expect(taken.rest == .mayCome)
        writer.write([4])
        writer.end()
        #expect(news.count == 2)
        #expect(!writer.write([5]))
        let last = writer.take()
        #expect(last.bytes == [4])
        #expect(last.rest == .none)
    }

    @Test("is cut off above its limit, and not at it", arguments: [10, 11])
    func limit(count: Int) {
        let (closed, news) = (Tally(), Tally())
        let writer = StreamWriter(unsentBytesMax: 10) { news.add() }
        writer.onClose { closed.add() }
        writer.write([0])
        let isWritten = writer.write([UInt8](repeating: 1, count: count - 1))
        #expect(isWritten == (count == 10))
        #expect(writer.isClosed == !isWritten)
        #expect(writer.isLost == !isWritten)
        #expect(closed.count == (isWritten ? 0 : 1))
        #expect(news.count == (isWritten ? 1 : 2))
        #expect(writer.take().rest == (isWritten ? .mayCome : .isLost))
    }

    @Test("tells once that it is closed, by whom ever", arguments: ["end", "close"])
    func closes(how: String) {
        let closed = Tally()
        let writer = StreamWriter(unsentBytesMax: 10) {}
        writer.onClose { closed.add() }
        if how == "end" { writer.end() } else { writer.close() }
        writer.close()
        writer.end()
        #expect(closed.count == 1)
        #expect(writer.isClosed)
        #expect(!writer.write([1]))
        #expect(!writer.write([]))
        writer.onClose { closed.add() }
        #expect(closed.count == 2)
    }
}

@Suite("Delivery")
struct DeliveryTests {
    @Test("is plain unless a response says otherwise")
    func plain() {
        var response = Response(status: 200)
        #expect(response.isPlainlyDelivered)
        #expect(response.delivery == .plain)
        response.delivery.delay = .seconds(1)
        #expect(!response.isPlainlyDelivered)
        #expect(response.delivery == Delivery(delay: .seconds(1), ending: .whole))
        response.delivery = Delivery(delay: .zero, ending: .whole)
        #expect(response.isPlainlyDelivered)
    }
}

@Suite("Reply")
struct ReplyTests {
    private static func marked(_ response: Response) -> Response {
        var response = response
        response.fields.append("mark", "1")
        return response
    }

    @Test("what is changed about an answer is changed whenever it is made")
    func mapped() {
        let replies: [Reply] = [
            .now(Response(status: 200)),
            .later { Response(status: 200) },
            .whenever { $0.respond(Response(status: 200)) },
            .stream(Response(status: 200)) { $0.end() },
        ]
        for reply in replies {
            let tally = Tally()
            let check = { @Sendable (response: Response) in
                tally.add()
                #expect(response.fields.first("mark") == "1")
            }
            switch reply.mapped(Self.marked) {
            case .now(let response), .stream(let response, _): check(response)
            case .later(let work): check(work())
            case .whenever(let wait): wait(Responder(deliver: check))
            }
            #expect(tally.count == 1)
        }
    }

    @Test("who holds a changed answer back learns that the client has gone")
    func mappedGone() {
        let told = Tally()
        let reply = Reply.whenever { $0.onGone { told.add() } }.mapped(Self.marked)
        guard case .whenever(let wait) = reply else { return }
        let responder = Responder { _ in }
        wait(responder)
        responder.noteGone()
        #expect(told.count == 1)
    }

    @Test("an answer can be made on the spot, unless it is held back")
    func made() {
        #expect(Reply.now(Response(status: 201)).made()?.status == 201)
        #expect(Reply.later { Response(status: 202) }.made()?.status == 202)
        let held: [Reply] = [.whenever { _ in }, .stream(Response(status: 200)) { _ in }]
        for reply in held { #expect(reply.made()?.status == nil) }
    }
}
