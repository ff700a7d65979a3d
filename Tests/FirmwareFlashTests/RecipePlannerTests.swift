import AdapterChips
import FirmwareImage
import FlashRehearsal
import Testing

@testable import FirmwareFlash

@Suite struct RecipePlannerTests {
  private let target = Placement(format: .fs2, start: 4096)

  private func planner(_ flash: MemoryFlash) -> RecipePlanner {
    RecipePlanner(geometry: flash.geometry, source: FlashBytes(flash))
  }

  /// Target area from 4096 with a stale image, old image at 0.
  private var flash: MemoryFlash {
    MemoryFlash((0..<16384).map { UInt8($0 % 251) }, eraseSizes: [4096])
  }

  private var recipe: BurnRecipe {
    var image = (0..<8192).map { UInt8(($0 * 7) % 251) }
    image.replaceSubrange(0..<16, with: [UInt8](repeating: 0xff, count: 16))
    return BurnRecipe(
      placement: target,
      steps: [
        .program(address: 4096, bytes: [0, 0, 0, 0]), .make(address: 4096, bytes: image),
        .program(address: 4096, bytes: Array(1...16)), .program(address: 0, bytes: [0, 0, 0, 0]),
      ], activation: 2)
  }

  @Test func rolesAndOrder() throws {
    let steps = try planner(flash).steps(of: recipe)
    #expect(steps.map(\.role) == [.prepare, .write, .activate, .finish])
    #expect(steps[1].writes.map(\.area) == [4096..<8192, 8192..<12288])
    #expect(steps[2].writes.map(\.area) == [4096..<4112])
    // Byte 0 of the old image is zero already.
    #expect(steps[3].writes.map(\.area) == [1..<4])
  }

  @Test func laterStepsSeeEarlierOnes() throws {
    let flash = flash
    let writer = FlashWriter(flash: flash, bytes: FlashBytes(flash))
    for write in try planner(flash).steps(of: recipe).flatMap(\.writes) { try writer.perform(write) }
    #expect(Array(flash.bytes[4096..<4112]) == Array(1...16))
    #expect(Array(flash.bytes[0..<4]) == [0, 0, 0, 0])
    #expect(flash.violations.isEmpty)
    #expect(try planner(flash).isDone(recipe))
  }

  @Test func notDoneBeforeTheSwitch() throws {
    let flash = flash
    #expect(try !planner(flash).isDone(recipe))
    let writer = FlashWriter(flash: flash, bytes: FlashBytes(flash))
    for write in try planner(flash).steps(of: recipe)[...1].flatMap(\.writes) { try writer.perform(write) }
    #expect(try !planner(flash).isDone(recipe))
  }

  @Test(arguments: [
    BurnRecipe.Step.make(address: 16000, bytes: [UInt8](repeating: 0, count: 400)),
    .make(address: -1, bytes: [0]), .program(address: .max, bytes: [0, 0]), .program(address: 100, bytes: [0xff]),
  ]) func whatCannotBeCooked(step: BurnRecipe.Step) throws {
    #expect(throws: BurnFailure.self) {
      try planner(flash).steps(of: BurnRecipe(placement: target, steps: [step], activation: 0))
    }
  }

  @Test func liesAreFoundOut() throws {
    for seed in 0..<200 {
      let flash = MemoryFlash((0..<16384).map { UInt8($0 % 251) }, eraseSizes: [4096], seed: UInt64(seed))
      flash.faults = .init(lying: 100, partial: 100, flipping: 100)
      let writer = FlashWriter(flash: flash, bytes: FlashBytes(flash))
      let writes = try planner(flash).steps(of: recipe).flatMap(\.writes)
      do throws(Stop) {
        for write in writes { try writer.perform(write) }
        #expect(Array(flash.bytes[4096..<4112]) == Array(1...16), "seed \(seed)")
        let rest = (16..<8192).map { UInt8(($0 * 7) % 251) }
        #expect(Array(flash.bytes[4112..<12288]) == rest, "seed \(seed)")
      } catch {
        guard case .cause(.readBack) = error else { throw error }
      }
    }
  }

  @Test func timeoutsStop() throws {
    let flash = flash
    flash.faults = .init(failing: 1000)
    let writer = FlashWriter(flash: flash, bytes: FlashBytes(flash))
    let writes = try planner(flash).steps(of: recipe).flatMap(\.writes)
    #expect(throws: Stop.cause(.flash(.timeout("fault of the rehearsal")))) { try writer.perform(writes[0]) }
  }
}
