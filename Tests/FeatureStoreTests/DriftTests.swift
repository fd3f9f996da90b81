import FeatureStore
import Foundation
import ServiceTesting
import Testing

/// Figures of Evidently's formulas (numpy 2.4.6) and of `scipy.stats.ks_2samp` 1.17.1, computed apart.
@Suite struct DriftTests {
    private func close(_ value: Double?, _ expected: Double) -> Bool {
        // Sums of at most a thousand terms, each rounded once.
        value.map { abs($0 - expected) <= 1e-11 * max(1, abs(expected)) } ?? false
    }

    private func samples() throws -> (reference: [Double], current: [Double]) {
        let path = Repository.root + "/Tests/FeatureStoreTests/Fixtures/drift_samples.csv"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
        func values(_ name: String) -> [Double] {
            lines.filter { $0.hasPrefix(name + ",") }.compactMap { Double($0.dropFirst(name.count + 1)) }
        }
        return (values("reference"), values("current"))
    }

    @Test func stabilityIndexIsEvidentlys() throws {
        let (reference, current) = try samples()
        #expect(reference.count == 200 && current.count == 150)
        #expect(close(Drift.psi(reference, current), 0.25043151006040576))
        #expect(close(Drift.psi([5, 3, 2], [4, 4, 2]), 0.05108256237659909))
        // Few values: one bin each, and what a side lacks is a ten-thousandth.
        #expect(close(Drift.psi([0.0, 1, 2, 3, 4, 5], [1.0, 2, 3, 4, 10]), 4.015106527303815))
        #expect(close(Drift.psi(categories: Array("aaaaabbbcc"), Array("aaaabbbbcc")), 0.05108256237659909))
        #expect(Drift.psi(reference, reference) == 0)
        #expect(Drift.psi([], [1.0]) == nil && Drift.psi(categories: ["a"], [String]()) == nil)
        // All of one value, with an edge on it.
        #expect(Drift.psi([Double](repeating: 1, count: 30), [Double](repeating: 1, count: 3)) == 0)
    }

    /// The difference of the least and the greatest is beyond all numbers.
    @Test func numbersAtBothEndsHaveAnIndex() throws {
        let most = Double.greatestFiniteMagnitude
        let wide = (0..<21).map { most * (Double($0) / 10 - 1) }
        #expect(close(Drift.psi(wide, wide), 0))
        let apart = try #require(Drift.psi(wide, [-most, most]))
        #expect(apart.isFinite && apart > 0)
    }

    @Test func pValueIsSciPysExactOne() throws {
        let (reference, current) = try samples()
        let test = try #require(KolmogorovSmirnov(reference, current))
        #expect(close(test.statistic, 0.2) && close(test.p, 0.0018205013013670869))
        func expect(_ first: [Double], _ second: [Double], _ statistic: Double, _ p: Double) {
            for (first, second) in [(first, second), (second, first)] {
                let test = KolmogorovSmirnov(first.shuffled(), second)
                #expect(close(test?.statistic, statistic) && close(test?.p, p))
            }
        }
        expect([0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 10], 0.2, 0.9978354978354979)
        expect([0.5], (0..<1000).map(Double.init), 0.999, 0.0039960039960039925)
        expect((0..<100).map(Double.init), (10..<110).map(Double.init), 0.1, 0.7020569828664881)
        expect(
            (0..<30).map { Double($0) / 30 }, (0..<77).map { Double($0) / 77 * 0.8 + 0.1 }, 0.12034632034632034,
            0.8670242045764471)
        expect([1, 1, 2], [1, 1, 2], 0, 1)
        #expect(KolmogorovSmirnov([], [1]) == nil)
    }
}
