import AccountModel
import HTTP
import OpenSSLBridge
import Testing
import World

@testable import DigitalIDCenter

@Suite("Digital ID Center: Receive and Install")
struct ReceivePagesTests {
    @Test("the PIN is good once, however it is typed")
    func receives() throws {
        let center = try CenterFixture()
        let (id, pin) = try center.approved()
        #expect(try center.get("/requests/\(id)/receive").status == 200)
        let typed = " \(pin.lowercased().replacing("-", with: " ")) "
        let seen = try center.send("/requests/\(id)/receive", ["pin": typed])
        #expect(seen.text.contains("CN=Ada Lovelace, emailAddress=ada@example.com"))
        #expect(try center.request(id).pin == nil)
        // Again, and from the page of before.
        let again = try center.post("/requests/\(id)/receive", ["pin": pin])
        #expect(again.location == "/requests/\(id)/install")
        #expect(try center.get("/requests/\(id)/receive").location == "/requests/\(id)/install")
        #expect(try center.request(id).retrievedAt == center.now)
    }

    @Test("without the address in the mail, its reference leads there")
    func start() throws {
        let center = try CenterFixture()
        let (id, _) = try center.approved()
        let path = "/receive?reference=http://h/requests/\(id)/receive"
        #expect(try center.get(path).location == "/requests/\(id)/receive")
        #expect(try center.get("/receive?reference=nothing").status == 404)
    }

    @Test("the fifth wrong PIN locks, also for the right one, until the administrator unlocks")
    func locks() throws {
        let center = try CenterFixture()
        let (id, pin) = try center.approved()
        #expect(try center.post("/administrator/requests/\(id)/unlock").status == 303)
        let path = "/requests/\(id)/receive"
        #expect(try center.post(path, ["pin": ""]).text.contains("Enter the PIN"))
        for left in ["4 more tries are", "3 more tries are", "2 more tries are", "One more try is"]
        {
            let seen = try center.post(path, ["pin": "WRONG"])
            #expect(seen.status == 422 && seen.text.contains("\(left) left"))
        }
        #expect(try center.get(path).text.contains("One try is left."))
        #expect(try center.send(path, ["pin": "WRONG"]).text.contains("also for the right one"))
        #expect(try center.send(path, ["pin": pin]).text.contains("also for the right one"))
        #expect(try center.get("/requests/\(id)").text.contains("locked"))
        #expect(try center.request(id).status == .approved)
        let page = try center.send("/administrator/requests/\(id)/unlock").text
        #expect(page.contains("The PIN was mailed"))
        #expect(try center.post(path, ["pin": pin]).location == "/requests/\(id)/install")
    }

    @Test("a lock goes with another PIN, and the old one is not good any more")
    func lockedResend() throws {
        let center = try CenterFixture()
        let (id, pin) = try center.approved()
        let path = "/requests/\(id)/receive"
        for _ in 1...5 { _ = try center.post(path, ["pin": "WRONG"]) }
        _ = try center.post("/administrator/requests/\(id)/resend")
        #expect(try center.post(path, ["pin": pin]).text.contains("4 more tries are left"))
        let second = try #require(try center.mails(.digitalIDApproved).first?.codes.first)
        #expect(try center.post(path, ["pin": second]).status == 303)
    }

    @Test("a PIN expires by the world's clock, and another one takes its place")
    func expires() throws {
        let center = try CenterFixture()
        let (id, pin) = try center.approved()
        let path = "/requests/\(id)/receive"
        center.pass(days: 10)
        #expect(try center.get(path).text.contains("Enter the PIN"))
        center.pass(days: 1)
        #expect(try center.get(path).text.contains("has expired"))
        #expect(try center.send(path, ["pin": pin]).text.contains("has expired"))
        #expect(try center.get("/requests/\(id)").text.contains("send another one"))
        #expect(try center.request(id).status == .approved)
        let unlock = try center.post("/administrator/requests/\(id)/unlock")
        #expect(unlock.status == 409 && unlock.text.contains("The PIN has expired"))
        #expect(unlock.text.contains("send another one"))
        _ = try center.post("/administrator/requests/\(id)/resend")
        let second = try #require(try center.mails(.digitalIDApproved).first?.codes.first)
        #expect(try center.post(path, ["pin": second]).status == 303)
    }

    @Test("before the PIN is entered nothing can be installed")
    func tooEarly() throws {
        let center = try CenterFixture()
        let (id, _) = try center.approved()
        #expect(try center.send("/requests/\(id)/install").status == 303)
        #expect(try center.get("/requests/\(id)/install").location == "/requests/\(id)")
        #expect(try center.get("/requests/\(id)/file").location == "/requests/\(id)")
        #expect(try center.get("/requests/\(id)/file.p12").status == 410)
        #expect(try center.post("/requests/\(id)/install/csr", ["csr": "x"]).status == 409)
        #expect(try center.request(id).certificate == nil)
    }

    @Test("Install makes key and file, whose password is shown once")
    func installs() throws {
        let center = try CenterFixture()
        let id = try center.retrievable()
        let made = try center.post("/requests/\(id)/install", ["encryption": "AES"])
        let head = try center.get("/requests/\(id)/file?ticket=wrong")
        #expect(!head.text.contains("id=\"password\"") && head.text.contains("was shown once"))
        let first = try center.get(made.location).text
        let password = try #require(Self.password(in: first))
        #expect(password.count == 24)
        #expect(!(try center.get(made.location).text.contains("id=\"password\"")))
        let file = try center.get("/requests/\(id)/file.p12").response
        #expect(file.body.first == 0x30)
        #expect(file.fields.first("content-disposition")?.contains("adalovelace.p12") == true)
        let certificate = try #require(try center.request(id).certificate)
        #expect(certificate.subject.contains("CN=Ada Lovelace"))
        #expect(certificate.subject.contains("OU=E1234"))
        // Once more: there is a certificate, and only one.
        let again = try center.post("/requests/\(id)/install")
        #expect(again.location == "/requests/\(id)/install")
        #expect(try center.get(again.location).location == "/requests/\(id)/file")
        #expect(try center.request(id).certificate == certificate)
    }

    @Test("the file is made anew with another password, until its owner has it")
    func remakes() throws {
        let center = try CenterFixture()
        let id = try center.installed()
        let before = try center.get("/requests/\(id)/file.p12").response.body
        let seen = try center.send("/requests/\(id)/file", ["encryption": "3DES"])
        #expect(Self.password(in: seen.text) != nil && seen.text.contains("3DES and SHA-1"))
        #expect(try center.get("/requests/\(id)/file.p12").response.body != before)
        #expect(try center.post("/requests/\(id)/file", ["encryption": "ROT13"]).status == 400)
        #expect(try center.post("/requests/\(id)/file/done").location == "/requests/\(id)")
        #expect(try center.get("/requests/\(id)/file.p12").status == 410)
        #expect(try center.get("/requests/\(id)/file").text.contains("not kept here any more"))
        #expect(try center.post("/requests/\(id)/file").location == "/requests/\(id)/file")
    }

    @Test("a key of the browser's is certified under the name of the one who enrolled")
    func certifies() throws {
        let center = try CenterFixture()
        let id = try center.retrievable(in: .browser)
        let key = try PrivateKey.generate(.p256)
        let subject = DistinguishedName([.init(.commonName, "Somebody else")])
        let csr = try CertificateRequest.make(subject: subject, key: key).pem()
        #expect(try center.post("/requests/\(id)/install/csr", ["csr": "no"]).status == 422)
        let seen = try center.post("/requests/\(id)/install/csr", ["csr": csr])
        #expect(seen.status == 200)
        #expect(seen.text.components("BEGIN CERTIFICATE") == 3)
        let certificate = try #require(try center.request(id).certificate)
        #expect(certificate.subject.contains("CN=Ada Lovelace"))
        #expect(try Certificate.parse(pem: certificate.pem).publicKey == key.publicKeyInfo())
        #expect(try center.post("/requests/\(id)/install/csr", ["csr": csr]).status == 409)
        let file = try center.get("/requests/\(id)/file?made=browser")
        #expect(file.text.contains("made in your browser"))
    }

    @Test("no key is certified but one of the kind, and from the place, that was confirmed")
    func settings() throws {
        let center = try CenterFixture()
        let subject = DistinguishedName([.init(.commonName, "Ada Lovelace")])
        let id = try center.retrievable(in: .browser)
        for algorithm in [KeyAlgorithm.p384, .rsa(bits: 2048)] {
            let key = try PrivateKey.generate(algorithm)
            let csr = try CertificateRequest.make(subject: subject, key: key).pem()
            let seen = try center.post("/requests/\(id)/install/csr", ["csr": csr])
            #expect(seen.status == 422 && seen.text.contains("was confirmed with p-256"))
            #expect(seen.text.contains("key is \(algorithm.name)"))
        }
        #expect(try center.request(id).status == .retrievable)
        let server = try center.retrievable { $0["form"] = "f2" }
        let key = try PrivateKey.generate(.p256)
        let csr = try CertificateRequest.make(subject: subject, key: key).pem()
        let seen = try center.post("/requests/\(server)/install/csr", ["csr": csr])
        #expect(seen.status == 422 && seen.text.contains("made on the server"))
        #expect(try center.request(server).status == .retrievable)
    }

    static func password(in text: String) -> String? {
        text.split(separator: "id=\"password\">").dropFirst().first.map {
            String($0.prefix { $0 != "<" })
        }
    }
}
