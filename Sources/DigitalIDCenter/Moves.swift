import AccountModel
import AccountStore
import HTTP
import Pages
import World

/// How a move of a request ended.
enum MoveOutcome: Sendable {
    /// It was made; so much is mailed about it.
    case made([Mail])

    /// It was made, and another request comes of it or ends with it.
    case began(DigitalID, [Mail])

    /// It cannot be made.
    case refused(DigitalIDRefusal)
}

extension Center {
    typealias Move =
        @Sendable (
            inout DigitalID, borrowing AccountReader
        ) throws(StoreError) -> MoveOutcome

    /// Makes a move, which sees and stores one state of the database.
    ///
    /// - Parameters:
    ///   - id: The id of the request.
    ///   - move: Makes it.
    /// - Returns: The request as it is then, and how the move ended.
    /// - Throws: ``PageRefusal`` when there is no such request, or the database fails.
    func make(
        _ id: String,
        _ move: Move
    ) throws(PageRefusal) -> (request: DigitalID, outcome: MoveOutcome) {
        let made = try storing { () throws(StoreError) in
            try world.store.changeDigitalID(id: id) { (request, reader) throws(StoreError) in
                let outcome = try move(&request, reader)
                let told = (request: request, outcome: outcome)
                switch outcome {
                case .made(let mails): return DigitalIDChange(told, mails: mails)
                case .began(let other, let mails):
                    return DigitalIDChange(told, other: other, mails: mails)
                case .refused: return DigitalIDChange(told)
                }
            }
        }
        guard let made else { throw noRequest }
        return made
    }

    /// Makes a move and leads to the page of the request.
    ///
    /// - Parameters:
    ///   - id: The id of the request.
    ///   - page: The path of the page; nil takes the applicant's.
    ///   - isDone: Whether a request that refuses the move has made it before: somebody pressed
    ///     twice, or went back, and is shown what is there now.
    ///   - move: Makes it.
    /// - Returns: The answer.
    /// - Throws: ``PageRefusal`` also when the move cannot be made.
    func move(
        _ id: String,
        to page: String? = nil,
        isDone: (DigitalID) -> Bool,
        _ move: Move
    ) throws(PageRefusal) -> Reply {
        let (request, outcome) = try make(id, move)
        let page = page ?? request.home
        if case .refused(let refusal) = outcome, !isDone(request) {
            throw PageRefusal(
                409,
                "This cannot be done now",
                refusal.sentence(at: now),
                back: PageRefusal.Link("See how it stands", base + page)
            )
        }
        return seeOther(page)
    }
}

extension DigitalID {
    /// The applicant's page for where the request stands, below the center's base.
    var home: String { status == .draft ? "/enrol/\(id)" : "/requests/\(id)" }
}
