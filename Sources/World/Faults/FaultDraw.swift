/// Chance that can be repeated: the n-th draw of a seed is always the same.
///
/// Not a generator with a state, so that neither threads nor a world that slept meanwhile change
/// what is drawn. The function is SplitMix64.
package enum FaultDraw {
    /// Draws a number.
    ///
    /// - Parameters:
    ///   - seed: What the draws follow from.
    ///   - number: Which draw, from 1.
    /// - Returns: At least 0 and less than 1.
    package static func unit(seed: UInt64, number: Int) -> Double {
        let step = UInt64(bitPattern: Int64(number)) &* 0x9E37_79B9_7F4A_7C15
        var bits = seed &+ step
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return Double(bits >> 11) / 9_007_199_254_740_992
    }

    /// Draws a whole number.
    ///
    /// - Parameters:
    ///   - range: What is possible, all of it equally likely.
    ///   - seed: What the draws follow from.
    ///   - number: Which draw, from 1.
    /// - Returns: One of the range.
    package static func integer(in range: ClosedRange<Int>, seed: UInt64, number: Int) -> Int {
        let width = Double(range.upperBound - range.lowerBound + 1)
        let offset = Int(unit(seed: seed, number: number) * width)
        return min(range.lowerBound + offset, range.upperBound)
    }
}
