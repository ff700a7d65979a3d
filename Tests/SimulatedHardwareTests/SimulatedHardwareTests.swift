import Testing

@testable import SimulatedHardware
