import AccountModel
import AccountStore
import HTTP
import Testing
import World

@testable import Console

@Suite("Tour, TourGuide and TourPage")
struct TourTests {
    private let fixture: ConsoleFixture

    init() throws {
        fixture = try ConsoleFixture()
        let world = fixture.main
        let owner = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.user(id: ConsoleFixture.user, visibleTo: .everything)
        }
        let user = try #require(owner)
        fixture.client.issue { csr in
            let wish = CertificateWish(csr: csr, name: "Tour")
            return try? world.makeCertificate(wish, for: user, now: world.clock.now).text
        }
    }

    private func begin() -> String {
        String(fixture.post("/tour").location.dropFirst("/worlds/default/console".count))
    }

    @Test("each button does the next thing, and a form that is sent twice does nothing twice")
    func steps() throws {
        let path = begin()
        #expect(fixture.get(path).page.contains("Make key and request"))
        #expect(fixture.lead(path, "step=0").page.contains("BEGIN CERTIFICATE REQUEST"))
        #expect(fixture.lead(path, "step=0").page.contains("Send the request"))
        #expect(fixture.client.requests.isEmpty)
        #expect(fixture.lead(path, "step=5").page.contains("Send the request"))
        // Numbers that no button sends are refused, and end nothing.
        for step in ["-1", "100", "9223372036854775807", "-9223372036854775808", "x", ""] {
            #expect(fixture.post(path, "step=\(step)").status == 400, "\(step)")
        }
        #expect(fixture.lead(path, "step=1").page.contains("Look at the certificate"))
        let order = try #require(fixture.client.requests.first)
        #expect(order.method == "POST" && !order.isForGate && order.certificate.isEmpty)
        #expect(order.fields.contains(TourField("x-api-key", "SERVICE_USER_TOKEN")))
        #expect(fixture.get(path + "/client.p12").status == 404)
    }

    @Test("the certificate alone is presented at the gate: 200, disabled, 403, enabled, 200")
    func whole() throws {
        let path = begin()
        let page = fixture.lead(path, "step=0&rest=yes").page
        #expect(page.contains("That was it") && page.contains("Refused: it is &lt;disabled&gt;"))
        let requests = fixture.client.requests
        #expect(requests.map(\.method) == ["POST", "GET", "PUT", "GET", "PUT", "GET"])
        #expect(requests.map(\.isForGate) == [false, true, false, true, false, true])
        for request in requests where request.isForGate {
            #expect(request.certificate.contains("CERTIFICATE") && request.fields.isEmpty)
        }
        for protection in ["", "?protection=3DES"] {
            let file = fixture.get(path + "/client.p12" + protection)
            #expect(file.status == 200 && file.body.first == 0x30)
        }
        // The password was on the page before, and is on no other.
        #expect(page.contains("class=\"secret\""))
        let again = fixture.get(path).page
        #expect(!again.contains("class=\"secret\"") && again.contains("was shown once"))
        // At the end there is nothing left to do.
        #expect(fixture.lead(path, "step=9").page.contains("That was it"))
        #expect(fixture.client.requests.count == requests.count)
    }

    @Test("a certificate that is for another key stops the tour, which says why")
    func foreignKey() throws {
        let id = try fixture.makeCertificate("Held")
        let held = try fixture.main.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.text(ofCertificate: id)
        }
        fixture.client.issue { _ in held }
        let page = fixture.lead(begin(), "step=0&rest=yes").page
        #expect(page.contains("PKCS12_create") && page.contains("Try again"))
    }

    @Test("what goes wrong is shown, and can be tried again")
    func failure() {
        let path = begin()
        _ = fixture.post(path, "step=0")
        fixture.client.fail(TourFailure("The server <hides>."))
        let page = fixture.lead(path, "step=1").page
        #expect(page.contains("The server &lt;hides&gt;.") && page.contains("Try again"))
        fixture.client.fail(nil)
        #expect(fixture.lead(path, "step=1").page.contains("Look at the certificate"))
    }

    @Test("an answer that breaks off fails its step, and the next try has another name")
    func broken() throws {
        let path = begin()
        _ = fixture.post(path, "step=0")
        fixture.client.cutAnswers(true)
        let page = fixture.lead(path, "step=1").page
        #expect(page.contains("breaks off") && page.contains("Begin another tour"))
        fixture.client.cutAnswers(false)
        #expect(fixture.lead(path, "step=1").page.contains("Look at the certificate"))
        let names = try fixture.client.requests.map { request in
            let tree = try JSONTree.parse(Array(request.body.utf8))
            return tree["name"]
        }
        #expect(names.count == 2 && names[1] == names[0] + ", try 2")
    }

    @Test("a status that was not expected fails the step with the server's reason")
    func unexpected() throws {
        let guide = TourGuide(client: fixture.client, world: fixture.main)
        var tour = Tour(id: "0123456789", world: "default", token: "t", isTokenPublic: false)
        guide.perform(.disable, of: &tour)
        guide.perform(.call, of: &tour)
        #expect(tour.failed?.problem == "The answer should be 200, and is 403: it is <disabled>.")
        #expect(tour.done.count == 1)
        guide.perform(.callDisabled, of: &tour)
        #expect(tour.failed == nil && tour.done.count == 2)
        // Nobody reads the token of a kit on a page.
        #expect(tour.done[0].request.contains("x-api-key: …(sha256"))
    }

    @Test("a tour is known in its own world alone, and an unknown one is told")
    func unknown() throws {
        let path = begin()
        _ = try fixture.worlds.make(WorldOrder(name: "stage"))
        #expect(fixture.get(path, world: "stage").status == 404)
        #expect(fixture.post("/tour/none", "step=0").status == 404)
        #expect(fixture.get("/tour/none").page.contains("This tour is over"))
    }

    @Test("where the tutorial's token does not work, somebody else's kit is taken")
    func otherToken() throws {
        _ = fixture.post("/users/\(ConsoleFixture.user)/enable", "enabled=no")
        let path = begin()
        _ = fixture.post(path, "step=0")
        _ = fixture.post(path, "step=1")
        let fields = try #require(fixture.client.requests.first?.fields)
        #expect(!fields.contains(TourField("x-api-key", "SERVICE_USER_TOKEN")))
    }

    @Test("the console's memory has an end")
    func memory() {
        let memory = ConsoleMemory()
        let first = Tour(id: "first", world: "default", token: "", isTokenPublic: true)
        memory.begin(first)
        for number in 0..<ConsoleMemory.countMax {
            memory.begin(Tour(id: "\(number)", world: "default", token: "", isTokenPublic: true))
        }
        #expect(memory.tour("first", in: "default") == nil)
        #expect(memory.tour("0", in: "default") != nil)
        #expect(ConsoleMemory.makeID().count == 32)
    }
}
