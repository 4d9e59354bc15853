/// What is wrong with a magic name, or with a rule that is stored.
package struct FaultProblem: Error, Hashable, CustomStringConvertible {
    /// One sentence that names what is wrong and what is possible.
    package let description: String
}
