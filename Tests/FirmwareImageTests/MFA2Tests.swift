internal import AdapterChips
internal import FirmwareImage
internal import Foundation
internal import TestSupport
internal import Testing

@Suite("MFA2")
struct MFA2Tests {
  static func samples() throws -> [MFA2Builder.Entry] {
    try ["ACME000000001", "ACME000000002"].map { psid in
      var builder = SampleImages.connectX3
      builder.psid = psid
      return MFA2Builder.Entry(psid: psid, image: try builder.build())
    }
  }

  @Test("Boards are listed, and each image comes out as it was")
  func images() throws {
    let images = try Self.samples()
    let package = try MFA2Package(MFA2Builder(images).build())
    #expect(package.boards.map(\.psid) == images.map(\.psid))
    #expect(package.boards.allSatisfy { $0.components.map(\.releaseDate) == ["2017-07-26"] })
    for image in images {
      #expect(try package.image(psid: image.psid) { packed, limit in Array(packed.prefix(limit)) } == image.image)
    }
    let error = #expect(throws: ImageError.self) { try package.image(psid: "MT_1") { packed, _ in packed } }
    #expect(error == .noBoard(psid: "MT_1", known: images.map(\.psid)))
  }

  @Test("No more is asked to be unpacked than the image needs")
  func limit() throws {
    let images = try Self.samples()
    let package = try MFA2Package(MFA2Builder(images).build())
    _ = try package.image(psid: images[0].psid) { packed, limit in
      #expect(limit == 16 + images[0].image.count)
      return Array(packed.prefix(limit))
    }
  }

  @Test("A package that is cut or changed ends in a value or an error")
  func damaged() throws {
    let whole = try MFA2Builder(Self.samples()).build()
    for length in stride(from: 0, to: whole.count, by: 61) { Self.exercise(Array(whole[..<length])) }
    for position in 0..<220 {
      for value in [0, 0x7f, 0x80, 0xff] as [UInt8] {
        var bytes = whole
        bytes[position] = value
        Self.exercise(bytes)
      }
    }
  }

  @Test(
    "Dates of packages are binary or decimal",
    arguments: [
      (0x07e3_0316, "2019-04-22"), (0x2017_0511, "2017-05-11"), (0, nil), (0xffff_ffff, nil),
    ] as [(UInt32, String?)])
  func dates(stored: UInt32, date: String?) { #expect(MFA2Package.date(stored) == date) }

  static func exercise(_ bytes: [UInt8]) {
    guard let package = try? MFA2Package(bytes) else { return }
    for board in package.boards { _ = try? package.image(psid: board.psid) { Array($0.prefix($1)) } }
  }

  static var realPackage: String? { ProcessInfo.processInfo.environment["RDMACTL_TEST_MFA2"] }

  @Test(
    "A real package holds what it says",
    .enabled(if: realPackage != nil, "RDMACTL_TEST_MFA2 names no package to look at"))
  func real() throws {
    let path = try #require(Self.realPackage)
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    let package = try MFA2Package(bytes)
    #expect(package.boards.count > 10)
    let board = try #require(package.boards.last)
    let unpacked = try package.image(psid: board.psid, unpack: Self.xz)
    #expect(unpacked.count == board.components.first?.size)
    guard Judge.isInstalled else { return }
    let judge = try Judge()
    // Every part is right; what the judge misses belongs to a card, and is in no package.
    let verdict = try judge.run("verify", on: unpacked)
    #expect(verdict.output.components(separatedBy: " - OK").count > 10, "\(verdict.output)")
    #expect(!verdict.output.contains("wrong CRC"), "\(verdict.output)")
    #expect(verdict.status == 0 || verdict.output.contains("No \"MFG_INFO\""), "\(verdict.output)")
    #expect(Data(unpacked).range(of: Data(board.psid.utf8)) != nil)
  }

  /// The program of the same people as the library that rdmactl uses.
  private static func xz(_ packed: [UInt8], _ limit: Int) throws -> [UInt8] {
    let scratch = try Scratch("xz")
    try Data(packed).write(to: URL(fileURLWithPath: scratch("packed.xz")))
    _ = try Spawned.run("xz", ["--decompress", scratch("packed.xz")])
    return Array(try Data(contentsOf: URL(fileURLWithPath: scratch("packed"))).prefix(limit))
  }
}
