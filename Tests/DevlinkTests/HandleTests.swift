internal import Devlink
internal import Testing

@Test func handlesAreWrittenAsDevlinkWritesThem() {
  #expect(DevlinkHandle(bus: "pci", device: "0000:3b:00.0").description == "pci/0000:3b:00.0")
}
