import FlashRehearsal
import Testing

/// Burns, changes of identity and repairs, one killed before a write to the flash or to a file; then `rdmactl undo`, newest
/// first. The long form is in the trials.
@Suite struct FirmwareWorldTests {
  @Test(
    "Whatever is killed, undo brings back the firmware and the GUIDs that were there",
    arguments: try Rehearsals.all().filter { $0.name.contains("into the") })
  func killed(_ rehearsal: Rehearsal) throws {
    #expect(try FirmwareWorld.complaints(rehearsal, seed: 2, most: 3, step: 61) == [])
  }
}
