import Inference
import Testing

@Suite struct SchedulerSimulationTests {
    /// 10⁵ schedules in ten parts: no request starves, expires and runs, is lost or runs twice; bounds and order hold.
    @Test(arguments: 0..<10)
    func whateverComesTheRulesHold(part: UInt64) {
        var executed = 0
        for seed in part * 10_000..<(part + 1) * 10_000 {
            var simulation = SchedulerSimulation(seed: seed)
            simulation.run()
            executed += simulation.executed
            guard simulation.faults.isEmpty else {
                Issue.record("seed \(seed): \(simulation.faults.joined(separator: "; "))")
                return
            }
        }
        // The schedules are no sham: on average more than five requests run in each.
        #expect(executed > 50_000)
    }
}
